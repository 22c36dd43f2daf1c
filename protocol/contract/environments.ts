import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { environmentId } from '../model/common.ts';
import {
  createEnvironmentInput,
  environment,
  environmentRevision,
  reviseEnvironmentInput,
  revisionRef,
} from '../model/environment.ts';
import { logChunk } from '../model/run.ts';
import { signedIn } from './base.ts';

const revisionLog = revisionRef.extend({
  after: z.int().nonnegative().default(0),
  follow: z.boolean().default(true).describe('Wait for more until the build has ended'),
});

export const environments = {
  list: signedIn
    .route({ method: 'GET', path: '/environments', summary: 'All environments with their latest revision' })
    .output(z.array(environment)),
  get: signedIn
    .route({ method: 'GET', path: '/environments/{environmentId}', summary: 'One environment' })
    .input(z.object({ environmentId }))
    .output(environment),
  revisions: signedIn
    .route({
      method: 'GET',
      path: '/environments/{environmentId}/revisions',
      summary: 'All its revisions, newest first',
    })
    .input(z.object({ environmentId }))
    .output(z.array(environmentRevision)),
  create: signedIn
    .route({ method: 'POST', path: '/environments', summary: 'Create an environment with its first revision' })
    .input(createEnvironmentInput)
    .output(environment),
  revise: signedIn
    .route({
      method: 'POST',
      path: '/environments/{environmentId}/revisions',
      summary: 'Add a revision; the earlier ones stay as they are',
    })
    .input(reviseEnvironmentInput)
    .output(environment),
  build: signedIn
    .route({
      method: 'POST',
      path: '/environments/{environmentId}/revisions/{revision}/build',
      summary: 'Build it now (a launch does so by itself); a running build is joined',
    })
    .input(revisionRef)
    .output(environmentRevision),
  buildLog: signedIn
    .route({
      method: 'GET',
      path: '/environments/{environmentId}/revisions/{revision}/log',
      summary: "The build's output, as it arrives",
    })
    .input(revisionLog)
    .output(eventIterator(logChunk)),
};
