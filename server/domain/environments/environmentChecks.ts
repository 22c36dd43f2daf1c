/**
 * Does it still build? Builds a revision from nothing beside the build in use,
 * keeps what came of it, and frees it again. One check a digest at a time:
 * whoever asks meanwhile waits for that one.
 */
import type { BuildOutcome, ComputeBackend } from '../compute/ports.ts';
import { type Builders, buildingBackend } from './buildingBackend.ts';
import type { BuildRecordDependencies } from './buildRecord.ts';
import { buildLogId, checkKey } from './digest.ts';
import type { StoredCheck, StoredRevision } from './ports.ts';

export type EnvironmentChecksDependencies = BuildRecordDependencies & Builders;

type Check = { readonly cancel: AbortController; readonly done: Promise<void> };

export class EnvironmentChecks {
  readonly #deps: EnvironmentChecksDependencies;
  readonly #running = new Map<string, Check>();

  constructor(deps: EnvironmentChecksDependencies) {
    this.#deps = deps;
  }

  async check(revision: StoredRevision): Promise<void> {
    let check = this.#running.get(revision.digest);
    if (check === undefined) {
      const cancel = new AbortController();
      const done = this.#run(revision, cancel.signal).finally(() => this.#running.delete(revision.digest));
      check = { cancel, done };
      this.#running.set(revision.digest, check);
    }
    await check.done;
  }

  cancel(digest: string): void {
    this.#running.get(digest)?.cancel.abort();
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { cancel } of running) cancel.abort();
    await Promise.allSettled(running.map(({ done }) => done));
  }

  async #run(revision: StoredRevision, signal: AbortSignal): Promise<void> {
    const { clock, logs } = this.#deps;
    const backend = buildingBackend(this.#deps, revision.definition);
    const before = revision.check;
    const begun: StoredCheck = { state: 'running', startedAt: clock.now(), endedAt: null, error: null, lock: null };
    await logs.remove(buildLogId(checkKey(revision.digest)));
    await this.#save(revision, begun);
    try {
      const outcome = await this.#build(revision, { backend, signal });
      await this.#save(revision, signal.aborted ? before : ended(begun, outcome, clock.now()));
    } catch (error) {
      await this.#save(revision, before);
      throw error;
    } finally {
      await backend.discard?.(checkKey(revision.digest));
    }
  }

  async #build(
    { environmentId, revision, digest, definition }: StoredRevision,
    { backend, signal }: { readonly backend: ComputeBackend; readonly signal: AbortSignal },
  ) {
    const { logs } = this.#deps;
    const key = checkKey(digest);
    // What an interrupted check left would be taken for the build.
    await backend.discard?.(key);
    let written: Promise<void> = Promise.resolve();
    const log = (data: Uint8Array) => {
      const copy = Uint8Array.from(data);
      written = written.then(() => logs.append(buildLogId(key), { kind: 'data', data: copy })).catch(() => undefined);
    };
    const outcome = await backend.prepare({ environmentId, revision, digest: key, definition }, { log, signal });
    await written;
    return outcome;
  }

  async #save(of: StoredRevision, check: StoredCheck | null): Promise<void> {
    const { store, clock, feed, logs } = this.#deps;
    const { environmentId, revision, digest } = of;
    await store.write(async (stores) => {
      await stores.environments.setCheck(digest, check);
      await stores.events.append({
        type: 'environment.checked',
        actor: null,
        subject: { environmentId, revision },
        detail: { state: check?.state ?? null },
        at: clock.now(),
      });
    });
    feed.committed();
    if (check?.state !== 'running') logs.finished(buildLogId(checkKey(digest)));
  }
}

function ended({ startedAt }: StoredCheck, outcome: BuildOutcome, endedAt: number): StoredCheck {
  return outcome.ok
    ? { state: 'works', startedAt, endedAt, error: null, lock: outcome.lock }
    : { state: 'fails', startedAt, endedAt, error: outcome.error, lock: null };
}
