import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { pageOf, relativePath, runId } from '../model/common.ts';
import { historyInput, series } from '../model/metric.ts';
import {
  reproduceInput,
  reproducePlan,
  reproducePlanInput,
  reproduction,
  reproductionInput,
} from '../model/reproduction.ts';
import {
  artifact,
  codeFile,
  filePreview,
  launchInput,
  listRunsInput,
  logChunk,
  logsInput,
  run,
  runSummary,
  updateRunInput,
} from '../model/run.ts';
import { signedIn, withRole } from './base.ts';

const ofRun = z.object({ runId });
const inRun = z.object({ runId, path: relativePath });

export const runs = {
  launch: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/runs', summary: 'Queue a run of a pushed snapshot' })
    .input(launchInput)
    .output(run),
  list: signedIn
    .route({ method: 'GET', path: '/runs', summary: 'Runs that you may see, newest first' })
    .input(listRunsInput)
    .output(pageOf(runSummary)),
  get: withRole('viewer', 'runId')
    .route({ method: 'GET', path: '/runs/{runId}', summary: 'One run with parameters, latest metrics and code' })
    .input(ofRun)
    .output(run),
  stop: withRole('contributor', 'runId')
    .route({
      method: 'POST',
      path: '/runs/{runId}/stop',
      summary: 'Ask it to stop; it is killed when it does not in time',
    })
    .input(ofRun)
    .output(run),
  update: withRole('contributor', 'runId')
    .route({ method: 'PATCH', path: '/runs/{runId}', summary: 'Change name, note or tags' })
    .input(updateRunInput)
    .output(run),
  star: withRole('viewer', 'runId')
    .route({ method: 'PUT', path: '/runs/{runId}/star', summary: 'Mark a run for yourself, or no longer' })
    .input(ofRun.extend({ starred: z.boolean() }))
    .output(z.object({})),
  delete: withRole('contributor', 'runId')
    .route({ method: 'DELETE', path: '/runs/{runId}', summary: 'Hide an ended run; it can be restored' })
    .input(ofRun)
    .output(run),
  restore: withRole('contributor', 'runId')
    .route({ method: 'POST', path: '/runs/{runId}/restore', summary: 'Bring a deleted run back' })
    .input(ofRun)
    .output(run),
  logs: withRole('viewer', 'runId')
    .route({ method: 'GET', path: '/runs/{runId}/logs', summary: 'Its output, as it arrives, from any byte on' })
    .input(logsInput)
    .output(eventIterator(logChunk)),
  history: withRole('viewer', 'runIds')
    .meta({ reads: true })
    .route({ method: 'POST', path: '/runs/history', summary: 'Curves of metrics over runs, reduced with peaks kept' })
    .input(historyInput)
    .output(z.array(series)),
  artifacts: withRole('viewer', 'runId')
    .route({ method: 'GET', path: '/runs/{runId}/artifacts', summary: 'What lies in a folder of its artifacts' })
    .input(inRun.extend({ path: relativePath.default('') }))
    .output(z.array(artifact)),
  previewArtifact: withRole('viewer', 'runId')
    .route({
      method: 'GET',
      path: '/runs/{runId}/artifacts/preview',
      summary: 'The beginning of an artifact (whole images and HTML up to 4 MiB)',
    })
    .input(inRun)
    .output(filePreview),
  code: withRole('viewer', 'runId')
    .route({
      method: 'GET',
      path: '/runs/{runId}/code',
      summary: 'The files of its code snapshot, with what differs from the base commit',
    })
    .input(ofRun)
    .output(z.array(codeFile)),
  previewCode: withRole('viewer', 'runId')
    .route({
      method: 'GET',
      path: '/runs/{runId}/code/preview',
      summary: 'The beginning of a file of its snapshot, or of its base',
    })
    .input(inRun.extend({ of: z.enum(['snapshot', 'base']).default('snapshot') }))
    .output(filePreview),
  reproducePlan: withRole('viewer', 'runId')
    .route({
      method: 'GET',
      path: '/runs/{runId}/reproduce',
      summary: 'What would be the same and what could not, before it is launched again',
    })
    .input(reproducePlanInput)
    .output(reproducePlan),
  reproduce: withRole('contributor', 'runId')
    .route({
      method: 'POST',
      path: '/runs/{runId}/reproduce',
      summary: 'Launch it again: same code, environment, tier, command and parameters, linked to it',
    })
    .input(reproduceInput)
    .output(run),
  reproduction: withRole('viewer', 'runId')
    .route({
      method: 'GET',
      path: '/runs/{runId}/reproduction',
      summary: 'What it repeats, with both sets of metrics compared, and which runs repeat it',
    })
    .input(reproductionInput)
    .output(reproduction),
};
