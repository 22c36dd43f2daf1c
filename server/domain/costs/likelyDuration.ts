/** How long a command takes on a tier, by the newest of its runs that succeeded there. */
import { scriptOf } from '../../../protocol/model/script.ts';
import type { Store } from '../shared/store.ts';
import type { DurationRange } from './durationRange.ts';

/** It is from the newest runs of the command, looked for among so many of the project. */
const judgedBy = 50;
const lookedThrough = 2000;
const minute = 60_000;

export type Asked = { readonly projectId: string; readonly command: string; readonly tierId: string };
export type LikelyDuration = { readonly runs: number; readonly minutes: DurationRange | null };

export async function likelyDuration(store: Store, { projectId, command, tierId }: Asked): Promise<LikelyDuration> {
  const past = await store.read(({ costs }) => costs.succeeded({ projectId, tierId, limit: lookedThrough }));
  const asked = scriptOf(command) ?? command;
  const took = past.filter((run) => (scriptOf(run.command) ?? run.command) === asked).slice(0, judgedBy);
  // Statistics are a large module for a server that nobody asks what things cost.
  const { durationRange } = await import('./durationRange.ts');
  return { runs: took.length, minutes: durationRange(took.map((run) => run.took / minute)) };
}
