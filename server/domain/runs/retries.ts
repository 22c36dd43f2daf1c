/**
 * Further attempts of runs that failed: a run of its own each, queued in the
 * same write as the end of the one before, so that no restart loses or doubles
 * it. Whoever waited for the one that failed waits for the next attempt.
 */
import { randomUUID } from 'node:crypto';
import { attemptOfTag } from '../../../protocol/model/jobTags.ts';
import type { RetryRule } from '../../../protocol/model/run.ts';
import type { Catalog } from '../compute/ports.ts';
import { plainEntry, type QueueEntry } from '../jobs/ports.ts';
import { clientTags } from '../shared/clientTags.ts';
import type { Clock } from '../shared/ports.ts';
import type { Stores } from '../shared/store.ts';
import { insertRun } from './insertRun.ts';
import type { StoredLaunch, StoredRun } from './ports.ts';

export type RetriesDependencies = { readonly clock: Clock; readonly catalog: Pick<Catalog, 'tier'> };

export class Retries {
  readonly #deps: RetriesDependencies;

  constructor(deps: RetriesDependencies) {
    this.#deps = deps;
  }

  /** Within the unit of work that ends the run. */
  async ended(stores: Stores, run: StoredRun): Promise<void> {
    const entry = (await stores.queue.entry(run.id)) ?? plainEntry(run.id);
    const waitMs = waitBefore(run, entry);
    // Whoever asked it to stop does not want it again, however it ended.
    if (waitMs === null || run.launch === null || run.launch.stopRequestedAt !== null) return;
    const now = this.#deps.clock.now();
    const isPreempted = run.reason === 'preempted';
    const attempt = isPreempted ? entry.attempt : entry.attempt + 1;
    const next = await anew(stores, run, { now, firstRunId: entry.firstRunId, attempt });
    const tags = await tagsOf(stores, run.id);
    await insertRun(stores, {
      run: next,
      parameters: run.launch.parameters,
      tags: { ...tags, [clientTags.runName]: next.name, [attemptOfTag]: entry.firstRunId },
      tier: this.#deps.catalog.tier(run.launch.tierId),
      actor: null,
    });
    const notBefore = waitMs === 0 ? null : now + waitMs;
    const { runId: _runId, ...kept } = entry;
    await stores.queue.setEntry(next.id, { ...kept, attempt, after: [], notBefore, paused: false, place: null });
    await stores.queue.awaitInstead(run.id, next.id);
  }
}

/** Milliseconds until the next attempt; null when there is to be none. */
export function waitBefore(run: Pick<StoredRun, 'state' | 'reason'>, entry: QueueEntry): number | null {
  if (run.state !== 'failed' && run.state !== 'lost') return null;
  // The machine was taken away: that is no failure of the run, and counts for none.
  if (run.reason === 'preempted') return 0;
  const { retries, attempt } = entry;
  if (retries === null || run.reason === null || attempt > retries.limit) return null;
  return retries.on.includes(run.reason) ? backoffMs(retries, attempt) : null;
}

/** Doubling from the first wait up to the longest. `failures` counts from 1. */
export function backoffMs({ firstWaitSeconds, longestWaitSeconds }: RetryRule, failures: number): number {
  return Math.round(Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (failures - 1)) * 1000);
}

type Attempt = { readonly now: number; readonly firstRunId: string; readonly attempt: number };

async function anew(stores: Stores, run: StoredRun, { now, firstRunId, attempt }: Attempt): Promise<StoredRun> {
  const first = (await stores.runs.run(firstRunId)) ?? run;
  return {
    ...run,
    id: randomUUID().replaceAll('-', ''),
    name: attempt === 1 ? first.name : `${first.name.slice(0, 180)}, attempt ${attempt}`,
    note: '',
    state: 'queued',
    reason: null,
    detail: null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    deletedAt: null,
    exitCode: null,
    usage: null,
    launch: run.launch && notStarted(run.launch),
  };
}

function notStarted(launch: StoredLaunch): StoredLaunch {
  return { ...launch, requestId: null, handle: null, stopRequestedAt: null, stopRequestedById: null };
}

/** Those that the launch set; what the job logged of itself belongs to its own attempt. */
async function tagsOf(stores: Stores, runId: string): Promise<Readonly<Record<string, string>>> {
  const found = await stores.tracking.values([runId], { metrics: [], parameters: [] });
  const tags = found.get(runId)?.tags ?? {};
  return Object.fromEntries(Object.entries(tags).filter(([key]) => /^(flywheel|mlflow\.(source|user))\b/.test(key)));
}
