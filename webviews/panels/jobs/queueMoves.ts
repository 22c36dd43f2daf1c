/** Where a waiting run may be moved: among those of its own project and tier. Pure. */
import type { QueuedRun } from '../../../protocol/model/queue.ts';

export function peersOf(queued: readonly QueuedRun[], { run }: QueuedRun): readonly QueuedRun[] {
  return queued.filter((each) => each.run.projectId === run.projectId && each.run.tierId === run.tierId);
}

export type Step = 'up' | 'down' | 'first' | 'last';

/** The run to stand before; null is the end, undefined that there is nowhere to go. */
export function targetOf(queued: readonly QueuedRun[], moved: QueuedRun, step: Step): string | null | undefined {
  const peers = peersOf(queued, moved);
  const at = peers.findIndex(({ run }) => run.id === moved.run.id);
  const isFirst = at === 0;
  const isLast = at === peers.length - 1;
  if (step === 'up' || step === 'first') return isFirst ? undefined : peers[step === 'up' ? at - 1 : 0]?.run.id;
  if (isLast) return undefined;
  return step === 'last' ? null : (peers[at + 2]?.run.id ?? null);
}

/** What dropping one row on another means; undefined where they may not change places. */
export function dropTarget(queued: readonly QueuedRun[], moved: QueuedRun, onto: QueuedRun): string | null | undefined {
  const peers = peersOf(queued, moved);
  const from = peers.findIndex(({ run }) => run.id === moved.run.id);
  const to = peers.findIndex(({ run }) => run.id === onto.run.id);
  if (to === -1 || from === to) return undefined;
  return to < from ? onto.run.id : (peers[to + 1]?.run.id ?? null);
}
