/**
 * Keeps what is known of one build: its state in the store, its output in the
 * log. A build that was ready and has nothing to say is not recorded anew, so
 * that an ordinary launch writes nothing here.
 */
import type { EnvironmentBuild } from '../../../protocol/model/environment.ts';
import type { BuildOutcome } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { LiveLogs } from '../shared/liveLogs.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import { buildLogId } from './digest.ts';
import type { StoredRevision } from './ports.ts';

export type BuildRecordDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly logs: LiveLogs;
  readonly log: Log;
};

export const neverBuilt: EnvironmentBuild = {
  state: 'never',
  startedAt: null,
  endedAt: null,
  error: null,
  lock: null,
  python: null,
  bytes: null,
};

export class BuildRecord {
  readonly #deps: BuildRecordDependencies;
  readonly #revision: StoredRevision;
  #startedAt: number | null = null;
  /** Output in the order in which it came; the backend does not wait for it. */
  #written: Promise<void> = Promise.resolve();

  constructor(deps: BuildRecordDependencies, revision: StoredRevision) {
    this.#deps = deps;
    this.#revision = revision;
  }

  async open(): Promise<void> {
    if (this.#revision.build.state !== 'ready') await this.#begin();
  }

  write(data: Uint8Array): void {
    const copy = Uint8Array.from(data);
    this.#written = this.#written.then(() => this.#append(copy)).catch((error: unknown) => this.#warn(error));
  }

  async close(outcome: BuildOutcome): Promise<void> {
    await this.#written;
    // Ready before, ready now, and nothing said: there is nothing to record.
    if (this.#startedAt === null && outcome.ok) return;
    const times = { startedAt: this.#startedAt ?? this.#deps.clock.now(), endedAt: this.#deps.clock.now() };
    await this.#save(
      outcome.ok
        ? {
            ...times,
            state: 'ready',
            error: null,
            lock: outcome.lock,
            python: outcome.python ?? null,
            bytes: outcome.bytes ?? null,
          }
        : { ...neverBuilt, ...times, state: 'failed', error: outcome.error },
    );
  }

  /** As if it had never begun: it was cancelled, or the backend did not answer. */
  async abandon(): Promise<void> {
    await this.#written;
    if (this.#startedAt !== null) await this.#save(neverBuilt);
  }

  async #begin(): Promise<void> {
    this.#startedAt = this.#deps.clock.now();
    await this.#deps.logs.remove(buildLogId(this.#revision.digest));
    await this.#save({ ...neverBuilt, state: 'building', startedAt: this.#startedAt });
  }

  async #append(data: Uint8Array): Promise<void> {
    if (this.#startedAt === null) await this.#begin();
    await this.#deps.logs.append(buildLogId(this.#revision.digest), { kind: 'data', data });
  }

  async #save(build: EnvironmentBuild): Promise<void> {
    const { store, clock, feed, logs } = this.#deps;
    const { digest, environmentId, revision } = this.#revision;
    await store.write(async (stores) => {
      await stores.environments.setBuild(digest, build);
      await stores.events.append({
        type: 'environment.build-changed',
        actor: null,
        subject: { environmentId, revision },
        detail: { state: build.state },
        at: clock.now(),
      });
    });
    feed.committed();
    if (build.state !== 'building') logs.finished(buildLogId(digest));
  }

  #warn(error: unknown): void {
    this.#deps.log.warn('Output of a build not kept', { digest: this.#revision.digest, error });
  }
}
