import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { environmentId } from '../model/common.ts';
import {
  createEnvironmentInput,
  environment,
  environmentDefinition,
  environmentRevision,
  reviseEnvironmentInput,
  revisionRef,
  setRevisionStateInput,
  updateEnvironmentInput,
} from '../model/environment.ts';
import {
  compareRevisionsInput,
  definitionProblem,
  importedDefinition,
  importFilesInput,
  revisionDifference,
  textFile,
} from '../model/environmentFiles.ts';
import { logChunk } from '../model/run.ts';
import { signedIn } from './base.ts';

const revisionLog = revisionRef.extend({
  after: z.int().nonnegative().default(0),
  of: z.enum(['build', 'check']).default('build').describe('Of the build, or of the last check that it still builds'),
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
  cancelBuild: signedIn
    .route({
      method: 'POST',
      path: '/environments/{environmentId}/revisions/{revision}/cancel',
      summary: 'Cancel its build and its check; runs that wait for the build fail',
    })
    .input(revisionRef)
    .output(environmentRevision),
  check: signedIn
    .route({
      method: 'POST',
      path: '/environments/{environmentId}/revisions/{revision}/check',
      summary: 'Does it still build? Builds it anew beside the build in use, and answers at the end',
    })
    .input(revisionRef)
    .output(environmentRevision),
  update: signedIn
    .route({ method: 'PATCH', path: '/environments/{environmentId}', summary: 'Rename it, or choose its default' })
    .input(updateEnvironmentInput)
    .output(environment),
  setState: signedIn
    .route({
      method: 'PUT',
      path: '/environments/{environmentId}/revisions/{revision}/state',
      summary: 'Deprecate or retire a revision, or take it back into use',
    })
    .input(setRevisionStateInput)
    .output(environmentRevision),
  compare: signedIn
    .route({
      method: 'GET',
      path: '/environments/{environmentId}/compare',
      summary: 'How two revisions differ: definition and packages',
    })
    .input(compareRevisionsInput)
    .output(revisionDifference),
  files: signedIn
    .route({
      method: 'GET',
      path: '/environments/{environmentId}/revisions/{revision}/files',
      summary: 'A .devcontainer folder that is the same environment, with the lock of what was installed',
    })
    .input(revisionRef)
    .output(z.array(textFile).readonly()),
  validate: signedIn
    .meta({ reads: true })
    .route({ method: 'POST', path: '/environments/validate', summary: 'What is wrong with a definition' })
    .input(z.object({ definition: environmentDefinition }))
    .output(z.array(definitionProblem).readonly()),
  import: signedIn
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/environments/import',
      summary: 'A definition from the files of a repository; nothing is kept',
    })
    .input(importFilesInput)
    .output(importedDefinition),
};
