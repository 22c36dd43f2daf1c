import * as z from 'zod';
import { projectId } from '../model/common.ts';
import { run } from '../model/run.ts';
import { createSweepInput, sweep, sweepDetail, sweepId, updateSweepInput } from '../model/sweep.ts';
import { signedIn, withRole } from './base.ts';

const ofSweep = z.object({ sweepId });

export const sweeps = {
  create: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/sweeps', summary: 'Start a sweep of a pushed snapshot' })
    .input(createSweepInput)
    .output(sweep),
  list: signedIn
    .route({ method: 'GET', path: '/sweeps', summary: 'The newest 100 sweeps that you may see' })
    .input(z.object({ projectId: projectId.optional() }))
    .output(z.array(sweep)),
  get: withRole('viewer', 'sweepId')
    .route({ method: 'GET', path: '/sweeps/{sweepId}', summary: 'One sweep with all its trials' })
    .input(ofSweep)
    .output(sweepDetail),
  update: withRole('contributor', 'sweepId')
    .route({
      method: 'PATCH',
      path: '/sweeps/{sweepId}',
      summary: 'Rename it, change its budget or how many go at once',
    })
    .input(updateSweepInput)
    .output(sweep),
  pause: withRole('contributor', 'sweepId')
    .route({ method: 'POST', path: '/sweeps/{sweepId}/pause', summary: 'Begin no more trials; those that run go on' })
    .input(ofSweep)
    .output(sweep),
  resume: withRole('contributor', 'sweepId')
    .route({ method: 'POST', path: '/sweeps/{sweepId}/resume', summary: 'Go on where it was paused or stopped' })
    .input(ofSweep)
    .output(sweep),
  stop: withRole('contributor', 'sweepId')
    .route({ method: 'POST', path: '/sweeps/{sweepId}/stop', summary: 'End it, and stop the trials that run' })
    .input(ofSweep)
    .output(sweep),
  launchBest: withRole('contributor', 'sweepId')
    .route({
      method: 'POST',
      path: '/sweeps/{sweepId}/best',
      summary: 'Launch its best trial again, as a run of its own',
    })
    .input(ofSweep.extend({ requestId: z.uuid().optional() }))
    .output(run),
};
