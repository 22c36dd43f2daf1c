import * as z from 'zod';
import { runId } from '../model/common.ts';
import { listQueueInput, moveInput, queueList } from '../model/queue.ts';
import { signedIn, withRole } from './base.ts';

const ofRun = z.object({ runId });
const done = z.object({});

export const queue = {
  list: signedIn
    .route({
      method: 'GET',
      path: '/queue',
      summary: 'What runs and what waits in projects that you may see, with place, reason and expected start',
    })
    .input(listQueueInput)
    .output(queueList),
  move: withRole('contributor', 'runId')
    .route({
      method: 'POST',
      path: '/queue/{runId}/move',
      summary: 'Put a waiting run before another of its project and tier; it takes over that one’s priority',
    })
    .input(moveInput)
    .output(done),
  pause: withRole('contributor', 'runId')
    .route({ method: 'POST', path: '/queue/{runId}/pause', summary: 'Hold a waiting run back until it is resumed' })
    .input(ofRun)
    .output(done),
  resume: withRole('contributor', 'runId')
    .route({ method: 'POST', path: '/queue/{runId}/resume', summary: 'Let a run that was held back start again' })
    .input(ofRun)
    .output(done),
};
