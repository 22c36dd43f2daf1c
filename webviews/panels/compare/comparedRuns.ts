/** The runs of a comparison, each fetched by itself: one that cannot be seen does not keep the others away. */
import type { Run } from '../../../protocol/model/run.ts';
import type { PanelClient } from '../../state/panelClient.ts';
import { describeFailure } from '../../ui/failure.ts';

export type Loaded = { readonly run: Run } | { readonly problem: string };
export type LoadedRuns = ReadonlyMap<string, Loaded>;

export class ComparedRuns {
  readonly #known = new Map<string, Loaded>();
  readonly #stale = new Set<string>();

  /** Whether it is one of them, which is then fetched anew. */
  touch(runId: string | undefined): boolean {
    if (runId === undefined || !this.#known.has(runId)) return false;
    this.#stale.add(runId);
    return true;
  }

  /** What is new or has changed; all of them where nobody said what changed. */
  async load(
    runIds: readonly string[],
    { client, signal }: { client: PanelClient; signal: AbortSignal },
  ): Promise<LoadedRuns> {
    const wanted = runIds.filter((id) => this.#stale.has(id) || !this.#known.has(id));
    const asked = wanted.length > 0 ? wanted : runIds;
    for (const id of asked) this.#stale.delete(id);
    const settled = await Promise.allSettled(asked.map((runId) => client.runs.get({ runId }, { signal })));
    const refused = settled.filter((each) => each.status === 'rejected');
    const outage = refused.find(({ reason }) => !isNotFound(reason));
    if (outage) throw outage.reason;
    for (const [at, each] of settled.entries()) {
      const loaded =
        each.status === 'fulfilled' ? { run: each.value } : { problem: describeFailure(each.reason).message };
      this.#known.set(asked[at] ?? '', loaded);
    }
    return new Map(runIds.flatMap((id) => pairOf(id, this.#known.get(id))));
  }
}

function pairOf(id: string, loaded: Loaded | undefined): readonly (readonly [string, Loaded])[] {
  return loaded ? [[id, loaded]] : [];
}

/** Absent, or not to be seen: the server says the same of both. */
function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'NOT_FOUND';
}
