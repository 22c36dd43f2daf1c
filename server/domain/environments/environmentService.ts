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
  SetRevisionStateInput,
  UpdateEnvironmentInput,
} from '../../../protocol/model/environment.ts';
import type {
  CompareRevisionsInput,
  DefinitionProblem,
  ImportedDefinition,
  ImportFilesInput,
  RevisionDifference,
  TextFile,
} from '../../../protocol/model/environmentFiles.ts';
import type { LogChunk } from '../../../protocol/model/run.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { LiveLogs } from '../shared/liveLogs.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import { until } from '../shared/wakeup.ts';
import { type Builders, buildingBackend } from './buildingBackend.ts';
import { buildLogId, checkKey, digestOf, normalise } from './digest.ts';
import { requireRevision } from './environmentBuilder.ts';
import type { EnvironmentChecks } from './environmentChecks.ts';
import type { DefinitionReader, EnvironmentBuilds } from './ports.ts';
import { revisionDifference } from './revisionDifference.ts';
import { changeEnvironment, changeState } from './revisionStates.ts';
import { requireEnvironment, showEnvironment, showRevision } from './showEnvironment.ts';

/** Where `build` builds; a launch builds on the backend of its tier. */
export type EnvironmentServiceDependencies = Builders & {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly logs: LiveLogs;
  readonly builds: EnvironmentBuilds;
  readonly checks: EnvironmentChecks;
  readonly definitions: DefinitionReader;
};

type OfEnvironment = { readonly environmentId: string };
type BuildLogInput = RevisionRef & {
  readonly of: 'build' | 'check';
  readonly after: number;
  readonly follow: boolean;
};

export class EnvironmentService {
  readonly #deps: EnvironmentServiceDependencies;

  constructor(deps: EnvironmentServiceDependencies) {
    this.#deps = deps;
  }

  list(_input: unknown, _call: Call): Promise<readonly Environment[]> {
    return this.#deps.store.read(async (stores) => {
      const shown: Environment[] = [];
      for (const { id } of await stores.environments.environments()) shown.push(await this.#show(stores, id));
      return shown;
    });
  }

  get({ environmentId }: OfEnvironment, _call: Call): Promise<Environment> {
    return this.#deps.store.read((stores) => this.#show(stores, environmentId));
  }

  revisions({ environmentId }: OfEnvironment, _call: Call): Promise<readonly EnvironmentRevision[]> {
    return this.#deps.store.read(async (stores) => {
      await requireEnvironment(stores, environmentId);
      const shown: EnvironmentRevision[] = [];
      for (const stored of await stores.environments.revisions(environmentId)) {
        shown.push(await showRevision(stores, stored, this.#deps.definitions));
      }
      return shown;
    });
  }

  async create(input: CreateEnvironmentInput, { caller }: Call): Promise<Environment> {
    requireFullScope(caller, 'create environments');
    await this.#refuseWrong(input.definition);
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
      await stores.environments.insertEnvironment({
        id,
        name: input.name ?? id,
        description,
        createdAt: now,
        defaultRevision: null,
      });
      const revision = await insertRevision(stores, { id, definition: input.definition, message: '', caller, now });
      const subject = { environmentId: id, revision };
      await stores.events.append({ type: 'environment.created', actor: actorOf(caller), subject, at: now });
      return this.#show(stores, id);
    });
    feed.committed();
    return created;
  }

  async revise(input: ReviseEnvironmentInput, { caller }: Call): Promise<Environment> {
    requireFullScope(caller, 'revise environments');
    await this.#refuseWrong(input.definition);
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
      return this.#show(stores, id);
    });
    feed.committed();
    return revised;
  }

  /** Answers when it is built or has failed. Whoever stops waiting does not stop the build. */
  async build(ref: RevisionRef, { caller, signal }: Call): Promise<EnvironmentRevision> {
    if (caller.scope.kind === 'run') requireFullScope(caller, 'build environments');
    const { store, builds } = this.#deps;
    const { definition } = await store.read((stores) => requireRevision(stores, ref));
    const backend = buildingBackend(this.#deps, definition);
    await until(signal, builds.build(ref, { backend, signal: new AbortController().signal }));
    return this.#revision(ref);
  }

  /** Beside the build in use, which stays as it is; answers at the end. */
  async check(ref: RevisionRef, { caller, signal }: Call): Promise<EnvironmentRevision> {
    if (caller.scope.kind === 'run') requireFullScope(caller, 'build environments');
    const revision = await this.#deps.store.read((stores) => requireRevision(stores, ref));
    await until(signal, this.#deps.checks.check(revision));
    return this.#revision(ref);
  }

  async cancelBuild(ref: RevisionRef, { caller }: Call): Promise<EnvironmentRevision> {
    if (caller.scope.kind === 'run') requireFullScope(caller, 'cancel builds');
    const { digest } = await this.#deps.store.read((stores) => requireRevision(stores, ref));
    this.#deps.builds.cancel(digest);
    this.#deps.checks.cancel(digest);
    return this.#revision(ref);
  }

  async update(input: UpdateEnvironmentInput, { caller }: Call): Promise<Environment> {
    requireFullScope(caller, 'change environments');
    const { store, clock, feed } = this.#deps;
    const changed = await store.write(async (stores) => {
      await changeEnvironment(stores, input, { caller, at: clock.now() });
      return this.#show(stores, input.environmentId);
    });
    feed.committed();
    return changed;
  }

  async setState(input: SetRevisionStateInput, { caller }: Call): Promise<EnvironmentRevision> {
    requireFullScope(caller, 'change environments');
    const { store, clock, feed, definitions } = this.#deps;
    const changed = await store.write(async (stores) => {
      await changeState(stores, input, { caller, at: clock.now() });
      return showRevision(stores, await requireRevision(stores, input), definitions);
    });
    feed.committed();
    return changed;
  }

  compare({ environmentId, before, after }: CompareRevisionsInput, _call: Call): Promise<RevisionDifference> {
    return this.#deps.store.read(async (stores) => {
      const old = await requireRevision(stores, { environmentId, revision: before });
      return revisionDifference(old, await requireRevision(stores, { environmentId, revision: after }));
    });
  }

  async files(ref: RevisionRef, _call: Call): Promise<readonly TextFile[]> {
    const { definition, build } = await this.#deps.store.read((stores) => requireRevision(stores, ref));
    const files = this.#deps.definitions.files(definition, ref.environmentId);
    const python = build.python === null ? '' : `# Python ${build.python}\n`;
    // One that names packages of others too is none that pip reads.
    const file = /^\w+:/m.test(build.lock ?? '') ? 'packages.lock.txt' : 'requirements.lock.txt';
    const lock = { path: file, text: `${python}${build.lock}\n` };
    return build.lock ? [...files, lock] : files;
  }

  async validate(
    { definition }: { readonly definition: EnvironmentDefinition },
    _call: Call,
  ): Promise<readonly DefinitionProblem[]> {
    return this.#deps.definitions.problems(definition);
  }

  async import({ files }: ImportFilesInput, _call: Call): Promise<ImportedDefinition> {
    return this.#deps.definitions.import(files);
  }

  async *buildLog(
    { of, after, follow, ...ref }: BuildLogInput,
    { signal }: Call,
  ): AsyncGenerator<LogChunk, void, void> {
    const current = () => this.#deps.store.read((stores) => requireRevision(stores, ref));
    const { digest } = await current();
    const ofCheck = of === 'check';
    const isFinished = async () => {
      const { build, check } = await current();
      return ofCheck ? check?.state !== 'running' : build.state !== 'building';
    };
    const id = buildLogId(ofCheck ? checkKey(digest) : digest);
    yield* this.#deps.logs.follow(id, { after, follow, isFinished, signal });
  }

  #show(stores: Stores, id: string): Promise<Environment> {
    return showEnvironment(stores, id, this.#deps.definitions);
  }

  #revision(ref: RevisionRef): Promise<EnvironmentRevision> {
    const { store, definitions } = this.#deps;
    return store.read(async (stores) => showRevision(stores, await requireRevision(stores, ref), definitions));
  }

  async #refuseWrong(definition: EnvironmentDefinition): Promise<void> {
    const wrong = (await this.#deps.definitions.problems(definition)).filter(({ severity }) => severity === 'error');
    const first = wrong[0];
    if (first === undefined) return;
    const place = [first.line === null ? '' : `line ${first.line}`, first.field ?? ''].filter((part) => part !== '');
    const more = wrong.length > 1 ? ` ${wrong.length - 1} more.` : '';
    throw new DomainError(
      'invalid-input',
      `${place.join(', ')}${place.length > 0 ? ': ' : ''}${first.message}${more}`,
      {
        field: `definition.${first.file}`,
        remedy: 'Correct it and save again.',
      },
    );
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
