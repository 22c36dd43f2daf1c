/**
 * What holds a waiting run back whatever room there is, and what ends it
 * before it starts: people, other runs, the time, its concurrency group. Pure.
 */
import { isFinal, type QueueHold, type RunReason } from '../../../protocol/model/run.ts';
import type { AwaitedState, QueueEntry } from '../jobs/ports.ts';
import type { StoredRun } from '../runs/ports.ts';

export type Held = { readonly kind: 'held'; readonly hold: QueueHold; readonly reason: string };
/** It is not to run at all. */
export type Dropped = { readonly kind: 'dropped'; readonly reason: RunReason; readonly detail: string };

export type HoldFacts = {
  readonly awaited: ReadonlyMap<string, AwaitedState>;
  readonly now: number;
};

/** Null when nothing of its own keeps it back. */
export function holdOf(entry: QueueEntry | null, { awaited, now }: HoldFacts): Held | Dropped | null {
  if (entry === null) return null;
  const missed = entry.after.map((each) => failureOf(awaited.get(each.runId), each)).find((each) => each !== null);
  if (missed !== undefined) return missed;
  if (entry.paused) return { kind: 'held', hold: 'paused', reason: 'It is paused until somebody resumes it.' };
  const open = entry.after.flatMap(({ runId }) => {
    const run = awaited.get(runId);
    return run && !isFinal(run.state) ? [run.name] : [];
  });
  if (open.length > 0) return { kind: 'held', hold: 'dependency', reason: `It waits for ${listed(open)} to end.` };
  if (entry.notBefore !== null && entry.notBefore > now)
    return { kind: 'held', hold: 'time', reason: waitReason(entry) };
  return null;
}

function waitReason({ attempt, retries }: QueueEntry): string {
  if (attempt === 1 || retries === null) return 'It is not to start yet.';
  return `Attempt ${attempt} of ${retries.limit + 1} starts after a pause.`;
}

function failureOf(run: AwaitedState | undefined, { needs }: QueueEntry['after'][number]): Dropped | null {
  if (needs === 'end') return null;
  if (run === undefined) return dropped('dependency-failed', 'A run that it waited for is gone.');
  if (!isFinal(run.state) || run.state === 'succeeded') return null;
  return dropped('dependency-failed', `${run.name}, which it waited for, ${ended[run.state] ?? 'did not succeed'}.`);
}

const ended: Readonly<Record<string, string>> = { failed: 'failed', stopped: 'was stopped', lost: 'was lost' };

function dropped(reason: RunReason, detail: string): Dropped {
  return { kind: 'dropped', reason, detail };
}

export type GroupVerdicts = {
  readonly dropped: ReadonlyMap<string, Dropped>;
  /** Runs that go on and are to stop, each for the newer run that asked for it. */
  readonly stops: ReadonlyMap<string, StoredRun>;
  /** Groups with a run that goes on, by its name. */
  readonly busy: Map<string, string>;
};

export function groupOf(run: StoredRun, entry: QueueEntry | null): string | null {
  return entry?.concurrency ? `${run.projectId}\n${entry.concurrency.group}` : null;
}

type Member = { readonly run: StoredRun; readonly entry: QueueEntry };

/** What the policies of groups say about their members. */
export function judgeGroups(
  unfinished: readonly StoredRun[],
  entryOf: (runId: string) => QueueEntry | null,
): GroupVerdicts {
  const verdicts = {
    dropped: new Map<string, Dropped>(),
    stops: new Map<string, StoredRun>(),
    busy: new Map<string, string>(),
  };
  const members = unfinished.flatMap((run): Member[] => {
    const entry = entryOf(run.id);
    return entry?.concurrency ? [{ run, entry }] : [];
  });
  for (const [group, own] of Map.groupBy(members, ({ run, entry }) => groupOf(run, entry) ?? '')) {
    judgeGroup(
      own.toSorted((a, b) => a.run.createdAt - b.run.createdAt),
      verdicts,
    );
    const active = own.find(({ run }) => run.state !== 'queued');
    if (active) verdicts.busy.set(group, active.run.name);
  }
  return verdicts;
}

/** Oldest first: each member is judged by those before it that are still to go on. */
function judgeGroup(members: readonly Member[], ends: Ends): void {
  const alive: StoredRun[] = [];
  for (const { run, entry } of members) {
    const policy = run.state === 'queued' ? entry.concurrency?.policy : 'queue';
    if (policy === 'skip' && alive[0]) {
      ends.dropped.set(run.id, dropped('group-busy', `${alive[0].name} of the same group had not ended.`));
    } else {
      if (policy === 'cancel-older') replaceAll(alive.splice(0), run, ends);
      alive.push(run);
    }
  }
}

type Ends = { readonly dropped: Map<string, Dropped>; readonly stops: Map<string, StoredRun> };

function replaceAll(olderOnes: readonly StoredRun[], newer: StoredRun, ends: Ends): void {
  for (const older of olderOnes) {
    if (older.state === 'queued') {
      ends.dropped.set(older.id, dropped('superseded', `${newer.name} of the same group took its place.`));
    } else if (older.launch?.stopRequestedAt === null) ends.stops.set(older.id, newer);
  }
}

function listed(names: readonly string[]): string {
  if (names.length < 3) return names.join(' and ');
  return `${names[0]} and ${names.length - 1} more runs`;
}
