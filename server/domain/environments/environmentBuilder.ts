/**
 * Builds environment revisions: one build a digest and backend, shared by all
 * who wait for it, cancelled when the last of them leaves. What a build came
 * to is in the store; what is being built lives here only, so after a crash it
 * is not taken to be going on.
 */
import type { BuildOutcome, ComputeBackend } from '../compute/ports.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import { until } from '../shared/wakeup.ts';
import { BuildRecord, type BuildRecordDependencies, neverBuilt } from './buildRecord.ts';
import { buildLogId } from './digest.ts';
import type { EnvironmentBuilds, EnvironmentStore, RevisionNumber, StoredRevision } from './ports.ts';

type Build = {
  readonly cancel: AbortController;
  readonly outcome: Promise<BuildOutcome>;
  waiting: number;
};

type BuildOptions = { readonly backend: ComputeBackend; readonly signal: AbortSignal };

const lastOutputBytes = 4096;

export class EnvironmentBuilder implements EnvironmentBuilds {
  readonly #deps: BuildRecordDependencies;
  readonly #builds = new Map<string, Build>();

  constructor(deps: BuildRecordDependencies) {
    this.#deps = deps;
  }

  async build(
    ref: Pick<StoredRevision, 'environmentId' | 'revision'>,
    { backend, signal }: BuildOptions,
  ): Promise<BuildOutcome | null> {
    const revision = await this.#deps.store.read((stores) => requireRevision(stores, ref));
    const build = await this.#join(revision, backend);
    try {
      await until(signal, build.outcome);
      return signal.aborted ? null : await build.outcome;
    } finally {
      build.waiting -= 1;
      if (build.waiting === 0) build.cancel.abort();
    }
  }

  lastOutput(digest: string): Promise<string> {
    return this.#deps.logs.lastText(buildLogId(digest), lastOutputBytes);
  }

  async resetInterrupted(): Promise<void> {
    await this.#deps.store.write(async ({ environments }) => {
      for (const { id } of await environments.environments()) {
        for (const revision of await environments.revisions(id)) await resetRevision(environments, revision);
      }
    });
  }

  cancel(digest: string): void {
    for (const [key, { cancel }] of this.#builds) if (key.endsWith(` ${digest}`)) cancel.abort();
  }

  async close(): Promise<void> {
    const outcomes = [...this.#builds.values()].map(({ cancel, outcome }) => {
      cancel.abort();
      return outcome;
    });
    await Promise.allSettled(outcomes);
  }

  async #join(revision: StoredRevision, backend: ComputeBackend): Promise<Build> {
    const key = `${backend.id} ${revision.digest}`;
    let build = this.#builds.get(key);
    // One that is being cancelled is not joined; the next begins when it is out of the way.
    while (build?.cancel.signal.aborted) {
      await Promise.allSettled([build.outcome]);
      build = this.#builds.get(key);
    }
    if (build === undefined) {
      const cancel = new AbortController();
      const outcome = this.#run(revision, { backend, signal: cancel.signal }).finally(() => this.#builds.delete(key));
      build = { cancel, outcome, waiting: 0 };
      this.#builds.set(key, build);
      // Whoever waits hears of a failure; when nobody does any more it concerns nobody.
      outcome.catch(() => undefined);
    }
    build.waiting += 1;
    return build;
  }

  async #run(revision: StoredRevision, { backend, signal }: BuildOptions): Promise<BuildOutcome> {
    const record = new BuildRecord(this.#deps, revision);
    try {
      await record.open();
      const outcome = await backend.prepare(specOf(revision), { log: (data) => record.write(data), signal });
      await (signal.aborted ? record.abandon() : record.close(outcome));
      return outcome;
    } catch (error) {
      await record.abandon();
      throw error;
    }
  }
}

async function resetRevision(environments: EnvironmentStore, { build, check, digest }: StoredRevision): Promise<void> {
  if (build.state === 'building') await environments.setBuild(digest, neverBuilt);
  if (check?.state === 'running') await environments.setCheck(digest, null);
}

export async function requireRevision(
  stores: Stores,
  { environmentId, revision }: { readonly environmentId: string; readonly revision: RevisionNumber },
): Promise<StoredRevision> {
  const found = await stores.environments.revision(environmentId, revision);
  if (found !== null) return found;
  if ((await stores.environments.environment(environmentId)) === null) {
    throw new DomainError('not-found', `There is no environment ${environmentId}.`, {
      field: 'environmentId',
      remedy: 'Choose one of the list of environments.',
    });
  }
  throw new DomainError('not-found', `The environment ${environmentId} has no revision ${revision}.`, {
    field: 'revision',
    remedy: 'Choose one of its revisions, or leave it out for the latest.',
  });
}

function specOf({ environmentId, revision, digest, definition }: StoredRevision) {
  return { environmentId, revision, digest, definition };
}
