/**
 * `starting` with a job, and `running`: watches the job, brings in its output
 * and usage, passes a stop on, and closes the run when the job has ended.
 */
import { messageOf } from '../shared/errors.ts';
import { pause, until } from '../shared/wakeup.ts';
import { collectArtifacts } from './artifactCollector.ts';
import { pumpLog } from './logPump.ts';
import type { JobState } from './ports.ts';
import { retryMs } from './retry.ts';
import type { LaunchedRun, RunContext } from './runContext.ts';
import type { JobEnded } from './runReducer.ts';
import { pumpUsage } from './usagePump.ts';

type Following = {
  readonly run: LaunchedRun;
  readonly handle: string;
  readonly signal: AbortSignal;
  /** Settles when all output is kept. */
  readonly output: Promise<void>;
  /** Aborted when the end of the job was seen. */
  readonly ended: AbortController;
};

export async function followPhase(context: RunContext, run: LaunchedRun, handle: string): Promise<void> {
  const attempt = new AbortController();
  const signal = AbortSignal.any([context.shutdown, attempt.signal]);
  const pump = { run, handle, signal };
  const ended = new AbortController();
  const output = pumpLog(context, { ...pump, ended: ended.signal });
  const others = [pumpUsage(context, pump), passStopOn(context, pump)];
  try {
    for await (const state of context.backendOf(run).watch(handle, { signal })) {
      await onState(context, state, { ...pump, output, ended });
    }
    // A backend that ends the watch without an end of the job is asked again, but not at once.
    if (!signal.aborted) await pause(context.timing.absenceMs, signal);
  } finally {
    attempt.abort();
    await Promise.allSettled([output, ...others]);
  }
}

async function onState(context: RunContext, state: JobState, following: Following): Promise<void> {
  if (state.kind !== 'absent') context.absences = 0;
  switch (state.kind) {
    case 'starting':
      return;
    case 'running':
      if (await context.apply({ type: 'job-running', startedAt: state.startedAt })) await context.step('running-kept');
      return;
    case 'ended':
      return close(context, state, following);
    case 'unknown':
      await context.apply({ type: 'held-up', reason: 'backend-unavailable', detail: state.detail });
      return;
    case 'absent':
      return onAbsent(context, following);
  }
}

/** Twice absent while the backend is well: the job is gone, and how it ended nobody knows. */
async function onAbsent(context: RunContext, { run, output }: Following): Promise<void> {
  const isWell = (await context.deps.health.problem(run.launch.backend)) === null;
  context.absences += isWell ? 1 : 0;
  if (context.absences < 2) return;
  await until(context.shutdown, output, pause(context.timing.absenceMs, context.shutdown));
  await context.apply({ type: 'job-gone', at: context.deps.clock.now() });
}

async function close(context: RunContext, end: JobEnded, following: Following): Promise<void> {
  const { run, handle, output } = following;
  following.ended.abort();
  await context.step('end-seen');
  await until(context.shutdown, output);
  if (context.shutdown.aborted) return;
  await context.step('output-kept');
  const note = await collectArtifacts(context, run, handle);
  if (context.shutdown.aborted) return;
  await context.step('artifacts-kept');
  await context.apply({ type: 'job-ended', ended: end, note });
  await context.step('end-kept');
  await removeJob(context, run, handle);
  await context.step('job-removed');
}

/** A job that cannot be removed now is found again by the sweep. */
async function removeJob(context: RunContext, run: LaunchedRun, handle: string): Promise<void> {
  try {
    await context.backendOf(run).remove(handle);
  } catch (error) {
    context.deps.log.warn('Job not removed', { runId: run.id, error: messageOf(error) });
  }
}

async function passStopOn(
  context: RunContext,
  { run, handle, signal }: Pick<Following, 'run' | 'handle' | 'signal'>,
): Promise<void> {
  const asked = Promise.withResolvers<void>();
  context.stopping.signal.addEventListener('abort', () => asked.resolve(), { once: true });
  if (!context.stopping.signal.aborted) await until(signal, asked.promise);
  const graceMs = context.deps.catalog.defaults().stopGraceSeconds * 1000;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await context.backendOf(run).stop(handle, { graceMs });
      await context.step('stop-asked');
      return;
    } catch (error) {
      context.deps.log.warn('Stop is held up', { runId: run.id, error: messageOf(error) });
      await pause(retryMs(failures + 1, context.timing), signal);
    }
  }
}
