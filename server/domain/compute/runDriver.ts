/**
 * Drives one run from where the store says it is to its end. It keeps no place
 * of its own: each turn reads the run anew, so a restart continues anywhere.
 */
import { isFinal, type RunReason } from '../../../protocol/model/run.ts';
import { isDomainError, messageOf } from '../shared/errors.ts';
import { pause, until } from '../shared/wakeup.ts';
import { followPhase } from './followPhase.ts';
import { preparePhase } from './preparePhase.ts';
import { retryMs } from './retry.ts';
import type { LaunchedRun, RunContext } from './runContext.ts';
import { startPhase } from './startPhase.ts';

/** What nobody is expected to mend is tried this often before a run that has no job yet fails. */
const attempts = 5;

export async function driveRun(context: RunContext): Promise<void> {
  let failures = 0;
  while (!context.shutdown.aborted) {
    const run = await readRun(context);
    if (run === null) return;
    if (run.launch.stopRequestedAt !== null) context.stopping.abort();
    try {
      await phaseOf(context, run);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!context.shutdown.aborted) await onFailure(context, run, { error, failures });
    }
  }
}

function phaseOf(context: RunContext, run: LaunchedRun): Promise<void> {
  if (run.state === 'preparing') return preparePhase(context, run);
  return run.launch.handle === null ? startPhase(context, run) : followPhase(context, run, run.launch.handle);
}

/** Null when there is nothing to drive. */
async function readRun({ deps, runId }: RunContext): Promise<LaunchedRun | null> {
  const run = await deps.store.read(({ runs }) => runs.run(runId));
  if (!run?.launch || isFinal(run.state) || run.state === 'queued') return null;
  return { ...run, launch: run.launch };
}

type Failure = { readonly error: unknown; readonly failures: number };

/** Says why the run waits and lets time pass, or ends it when waiting is no use and it has no job. */
async function onFailure(context: RunContext, run: LaunchedRun, { error, failures }: Failure): Promise<void> {
  const { deps, timing, runId } = context;
  const detail = messageOf(error);
  deps.log.warn('A run is held up', { runId, state: run.state, failures, error: detail });
  const at = deps.clock.now();
  const reason = reasonOf(error);
  if (failures >= attempts && reason === null && run.launch.handle === null) {
    await context.apply({ type: 'refused', at, reason: 'backend-unavailable', detail });
    return;
  }
  const wasStopping = context.stopping.signal.aborted;
  // On a full disk this fails too, and the run waits all the same.
  const event = { type: 'held-up', reason: reason ?? 'backend-unavailable', detail } as const;
  await context.apply(event).catch((cause: unknown) => deps.log.debug('Not kept why a run waits', { runId, cause }));
  const waited = pause(retryMs(failures, timing), context.shutdown);
  await (wasStopping ? waited : until(context.stopping.signal, waited));
}

/** The reasons that pass by themselves or by somebody's hand; null for everything else. */
function reasonOf(error: unknown): RunReason | null {
  if (!isDomainError(error)) return null;
  if (error.reason === 'storage-full') return 'disk-full';
  return error.reason === 'backend-unavailable' || error.reason === 'shutting-down' ? 'backend-unavailable' : null;
}
