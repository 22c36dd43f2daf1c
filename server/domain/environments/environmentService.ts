/**
 * The `environments` entries. A revision never changes once it is made; what
 * its build came to is shown beside it.
 */
import type {
  CreateEnvironmentInput,
  Environment,
  EnvironmentDefinition,
  EnvironmentRevision,
  ReviseEnvironmentInput,
  RevisionRef,
} from '../../../protocol/model/environment.ts';
import type { LogChunk } from '../../../protocol/model/run.ts';
import type { ComputeBackend } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { LiveLogs } from '../shared/liveLogs.ts';
import { actorOf, personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import { until } from '../shared/wakeup.ts';
import { buildLogId, digestOf, normalise } from './digest.ts';
import { requireRevision } from './environmentBuilder.ts';
import type { EnvironmentBuilds, StoredEnvironment, StoredRevision } from './ports.ts';

export type EnvironmentServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly logs: LiveLogs;
  readonly builds: EnvironmentBuilds;
  /** Where `build` builds; a launch builds on the backend of its tier. */
  readonly backend: ComputeBackend;
};

type OfEnvironment = { readonly environmentId: string };
type BuildLogInput = RevisionRef & { readonly after: number; readonly follow: boolean };

export class EnvironmentService {
  readonly #deps: EnvironmentServiceDependencies;

  constructor(deps: EnvironmentServiceDependencies) {
    this.#deps = deps;
  }

  list(_input: unknown, _call: Call): Promise<readonly Environment[]> {
    return this.#deps.store.read(async (stores) => {
      const shown: Environment[] = [];
      for (const { id } of await stores.environments.environments()) shown.push(await showEnvironment(stores, id));
      return shown;
    });
  }

  get({ environmentId }: OfEnvironment, _call: Call): Promise<Environment> {
    return this.#deps.store.read((stores) => showEnvironment(stores, environmentId));
  }

  revisions({ environmentId }: OfEnvironment, _call: Call): Promise<readonly EnvironmentRevision[]> {
    return this.#deps.store.read(async (stores) => {
      await requireEnvironment(stores, environmentId);
      const shown: EnvironmentRevision[] = [];
      for (const stored of await stores.environments.revisions(environmentId)) {
        shown.push(await showRevision(stores, stored));
      }
      return shown;
    });
  }

  async create(input: CreateEnvironmentInput, { caller }: Call): Promise<Environment> {
    requireFullScope(caller, 'create environments');
    const { store, clock, feed } = this.#deps;
    const { id, description } = input;
    const now = clock.now();
    const created = await store.write(async (stores) => {
      if ((await stores.environments.environment(id)) !== null) {
        throw new DomainError('already-exists', `There already is an environment ${id}.`, {
          field: 'id',
          remedy: 'Choose another id, or add a revision to it.',
        });
      }
      await stores.environments.insertEnvironment({ id, name: input.name ?? id, description, createdAt: now });
      const revision = await insertRevision(stores, { id, definition: input.definition, message: '', caller, now });
      const subject = { environmentId: id, revision };
      await stores.events.append({ type: 'environment.created', actor: actorOf(caller), subject, at: now });
      return showEnvironment(stores, id);
    });
    feed.committed();
    return created;
  }

  async revise(input: ReviseEnvironmentInput, { caller }: Call): Promise<Environment> {
    requireFullScope(caller, 'revise environments');
    const { store, clock, feed } = this.#deps;
    const { environmentId: id, definition, message } = input;
    const now = clock.now();
    const revised = await store.write(async (stores) => {
      const latest = await requireRevision(stores, { environmentId: id, revision: 'latest' });
      if (latest.digest === digestOf(definition)) {
        throw new DomainError('wrong-state', `This is what revision ${latest.revision} of ${id} says already.`, {
          field: 'definition',
          remedy: 'Change the definition, or use that revision.',
        });
      }
      const revision = await insertRevision(stores, { id, definition, message, caller, now });
      const subject = { environmentId: id, revision };
      await stores.events.append({ type: 'environment.revised', actor: actorOf(caller), subject, at: now });
      return showEnvironment(stores, id);
    });
    feed.committed();
    return revised;
  }

  /** Answers when it is built or has failed. Whoever stops waiting does not stop the build. */
  async build(ref: RevisionRef, { caller, signal }: Call): Promise<EnvironmentRevision> {
    if (caller.scope.kind === 'run') requireFullScope(caller, 'build environments');
    const { store, builds, backend } = this.#deps;
    await store.read((stores) => requireRevision(stores, ref));
    await until(signal, builds.build(ref, { backend, signal: new AbortController().signal }));
    return store.read(async (stores) => showRevision(stores, await requireRevision(stores, ref)));
  }

  async *buildLog({ after, follow, ...ref }: BuildLogInput, { signal }: Call): AsyncGenerator<LogChunk, void, void> {
    const current = () => this.#deps.store.read((stores) => requireRevision(stores, ref));
    const { digest } = await current();
    const isFinished = async () => (await current()).build.state !== 'building';
    yield* this.#deps.logs.follow(buildLogId(digest), { after, follow, isFinished, signal });
  }
}

type NewRevision = {
  readonly id: string;
  readonly definition: EnvironmentDefinition;
  readonly message: string;
  readonly caller: Caller;
  readonly now: number;
};

function insertRevision(stores: Stores, { id, definition, message, caller, now }: NewRevision): Promise<number> {
  return stores.environments.insertRevision({
    environmentId: id,
    definition: normalise(definition),
    digest: digestOf(definition),
    message,
    createdById: caller.userId,
    createdAt: now,
  });
}

async function requireEnvironment(stores: Stores, id: string): Promise<StoredEnvironment> {
  const found = await stores.environments.environment(id);
  if (found !== null) return found;
  throw new DomainError('not-found', `There is no environment ${id}.`, { field: 'environmentId' });
}

async function showEnvironment(stores: Stores, id: string): Promise<Environment> {
  const { name, description, createdAt } = await requireEnvironment(stores, id);
  const latest = await requireRevision(stores, { environmentId: id, revision: 'latest' });
  return { id, name, description, createdAt, latest: await showRevision(stores, latest) };
}

async function showRevision(stores: Stores, stored: StoredRevision): Promise<EnvironmentRevision> {
  const { createdById, ...revision } = stored;
  return { ...revision, createdBy: await personOf(stores, createdById) };
}
