/**
 * What may happen to a launched run, as a table: for each state, which events
 * count and where they lead. Pure, and the only place that decides a run's
 * state. Success is only ever what a backend reported, never inferred.
 */
import { isFinal, type RunReason, type RunState } from '../../../protocol/model/run.ts';
import type { RunChange, StopReason, StoredRun } from '../runs/ports.ts';
import type { JobState } from './ports.ts';

export type JobEnded = Extract<JobState, { readonly kind: 'ended' }>;

export type RunEvent =
  /** `backend`: the host it was put on, where there is a choice. */
  | { readonly type: 'picked'; readonly backend?: string }
  | { readonly type: 'prepared' }
  | { readonly type: 'environment-failed'; readonly at: number; readonly error: string }
  /** It cannot start, and trying again would not help. */
  | { readonly type: 'refused'; readonly at: number; readonly reason: RunReason; readonly detail: string }
  /** It goes on later; why is shown until it does. */
  | { readonly type: 'held-up'; readonly reason: RunReason; readonly detail: string }
  | { readonly type: 'submitted'; readonly handle: string }
  | { readonly type: 'job-running'; readonly startedAt: number }
  | { readonly type: 'job-ended'; readonly ended: JobEnded; readonly note: string | null }
  /** The backend is well and has no such job, more than once. */
  | { readonly type: 'job-gone'; readonly at: number }
  | { readonly type: 'stop-requested'; readonly at: number; readonly byId: string }
  | { readonly type: 'stop-requested'; readonly at: number; readonly reason: StopReason }
  /** It is not to run at all: what it waited for failed, or its group decided so. */
  | { readonly type: 'dropped'; readonly at: number; readonly reason: RunReason; readonly detail: string }
  /** It was to stop, and no job was ever started. */
  | { readonly type: 'stopped-before-start'; readonly at: number };

export type RunEventType = RunEvent['type'];

/** `ending`: what the job's end says. */
type Next = RunState | 'ending';

export const runTable: Readonly<Record<RunState, Readonly<Partial<Record<RunEventType, Next>>>>> = {
  queued: { picked: 'preparing', refused: 'failed', dropped: 'stopped', 'stop-requested': 'stopped' },
  preparing: {
    prepared: 'starting',
    'environment-failed': 'failed',
    refused: 'failed',
    'held-up': 'preparing',
    'stop-requested': 'preparing',
    'stopped-before-start': 'stopped',
  },
  starting: {
    submitted: 'starting',
    refused: 'failed',
    'held-up': 'starting',
    'job-running': 'running',
    'job-ended': 'ending',
    'job-gone': 'lost',
    'stop-requested': 'starting',
    'stopped-before-start': 'stopped',
  },
  running: {
    'held-up': 'running',
    'job-running': 'running',
    'job-ended': 'ending',
    'job-gone': 'lost',
    'stop-requested': 'running',
  },
  succeeded: {},
  failed: {},
  stopped: {},
  lost: {},
};

/** What the event changes of the run; null when it does not count in its state, or changes nothing. */
export function reduceRun(run: StoredRun, event: RunEvent): RunChange | null {
  const next = runTable[run.state][event.type];
  if (next === undefined || run.launch === null) return null;
  const state = next === 'ending' ? run.state : next;
  const change: RunChange = { state, ...changeOf(run, event) };
  return isChange(run, change) ? change : null;
}

function changeOf(run: StoredRun, event: RunEvent): RunChange {
  switch (event.type) {
    case 'picked':
      return { reason: null, detail: null, ...(event.backend !== undefined && { launch: { backend: event.backend } }) };
    case 'prepared':
      return { reason: null, detail: null };
    case 'submitted':
      return { reason: null, detail: null, launch: { handle: event.handle } };
    case 'held-up':
      return { reason: event.reason, detail: event.detail };
    case 'job-running':
      return { reason: null, detail: null, startedAt: run.startedAt ?? event.startedAt };
    case 'stop-requested':
      return stopRequest(run, event);
    case 'job-ended':
      return ending(run, event);
    default:
      return { endedAt: event.at, ...reasonOf(run, event) };
  }
}

type Cut = Extract<
  RunEvent,
  { readonly type: 'environment-failed' | 'refused' | 'dropped' | 'job-gone' | 'stopped-before-start' }
>;

function reasonOf(run: StoredRun, event: Cut): RunChange {
  switch (event.type) {
    case 'environment-failed':
      return { reason: 'environment-failed', detail: event.error };
    case 'refused':
    case 'dropped':
      return { reason: event.reason, detail: event.detail };
    case 'job-gone':
      return { reason: 'job-disappeared', detail: 'Its job is gone from the machine, and how it ended is not known.' };
    case 'stopped-before-start':
      return { reason: stopReasonOf(run), detail: null };
  }
}

function stopRequest(run: StoredRun, event: Extract<RunEvent, { readonly type: 'stop-requested' }>): RunChange {
  // The first request counts; a second one changes nothing.
  if (run.launch?.stopRequestedAt !== null) return {};
  const { at } = event;
  const by = 'byId' in event ? { stopRequestedById: event.byId } : { stopReason: event.reason };
  const reason = 'byId' in event ? 'stopped-by-user' : event.reason;
  const launch = { stopRequestedAt: at, ...by };
  return run.state === 'queued' ? { launch, reason, detail: null, endedAt: at } : { launch };
}

function ending(
  run: StoredRun,
  { ended, note }: { readonly ended: JobEnded; readonly note: string | null },
): RunChange {
  const outcome = outcomeOf(ended, run);
  return {
    state: outcome.state,
    reason: outcome.reason,
    detail: [outcome.detail, note].filter((line) => line !== null).join(' ') || null,
    startedAt: ended.startedAt ?? run.startedAt,
    endedAt: ended.endedAt,
    exitCode: ended.exitCode,
    usage: ended.usage,
  };
}

type Outcome = { readonly state: RunState; readonly reason: RunReason | null; readonly detail: string | null };

function outcomeOf(ended: JobEnded, run: StoredRun): Outcome {
  const { detail } = ended;
  const wasToStop = run.launch?.stopRequestedAt != null;
  const reason = ended.reason ?? impliedReason(ended.exitCode);
  if (reason === null) return { state: 'succeeded', reason, detail };
  // How a program ends that is told to stop is its own affair: any code, or the signal.
  if (reason === 'stopped-by-user' || (wasToStop && (reason === 'signal' || reason === 'exit-code'))) {
    return stopped(run, detail);
  }
  if (reason !== 'job-disappeared' && reason !== 'host-lost') return { state: 'failed', reason, detail };
  return { state: 'lost', reason, detail: detail ?? 'The job ended, and how is not known.' };
}

function stopped(run: StoredRun, detail: string | null): Outcome {
  const why = run.launch?.stopReason ?? null;
  return { state: 'stopped', reason: stopReasonOf(run), detail: why === null ? detail : stopWords[why] };
}

const stopWords: Readonly<Record<StopReason, string>> = {
  pruned: 'Its sweep stopped it early.',
  'sweep-ended': 'Its sweep ended before it did.',
};

function stopReasonOf({ launch }: StoredRun): RunReason {
  return launch?.stopReason ?? 'stopped-by-user';
}

function impliedReason(exitCode: number | null): RunReason | null {
  if (exitCode === null) return 'job-disappeared';
  return exitCode === 0 ? null : 'exit-code';
}

function isChange(run: StoredRun, { launch, ...change }: RunChange): boolean {
  if (change.state !== undefined && isFinal(change.state)) return true;
  const differs = (now: object, to: object) =>
    Object.entries(to).some(([key, value]) => (now as Readonly<Record<string, unknown>>)[key] !== value);
  return differs(run, change) || (launch !== undefined && differs(run.launch ?? {}, launch));
}
