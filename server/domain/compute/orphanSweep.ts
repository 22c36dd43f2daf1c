/**
 * Frees the jobs of runs that have ended: the server may have been cut off
 * after it kept the end and before it removed the job. A job whose run the
 * store does not know is left alone: the data may be an older copy.
 */
import { isFinal } from '../../../protocol/model/run.ts';
import { messageOf } from '../shared/errors.ts';
import type { ComputeBackend } from './ports.ts';
import type { SchedulerDependencies } from './schedulerDependencies.ts';

type Dependencies = Pick<SchedulerDependencies, 'store' | 'log' | 'backends' | 'catalog'>;

export async function sweepOrphans(deps: Dependencies, signal: AbortSignal): Promise<void> {
  for (const backend of deps.backends.values()) {
    try {
      for (const runId of await backend.list()) {
        if (signal.aborted) return;
        await sweepJob(deps, backend, { runId, signal });
      }
    } catch (error) {
      deps.log.debug('Jobs not looked through', { backend: backend.id, error: messageOf(error) });
    }
  }
}

type Job = { readonly runId: string; readonly signal: AbortSignal };

async function sweepJob(deps: Dependencies, backend: ComputeBackend, { runId, signal }: Job): Promise<void> {
  const run = await deps.store.read(({ runs }) => runs.run(runId));
  if (run === null) deps.log.debug('A job of an unknown run is left alone', { backend: backend.id, runId });
  if (run === null || !isFinal(run.state)) return;
  const handle = await backend.find(runId);
  if (handle === null) return;
  for await (const state of backend.watch(handle, { signal })) {
    // Only an ended job is removed; one that still runs for an ended run is told to stop, and found again later.
    if (state.kind === 'ended') await backend.remove(handle);
    else if (state.kind !== 'absent' && state.kind !== 'unknown') {
      await backend.stop(handle, { graceMs: deps.catalog.defaults().stopGraceSeconds * 1000 });
    }
    break;
  }
}
