/**
 * Versions of registered models: what each is of and where its files are,
 * stages as older clients promote, and tags. A version refers to files that
 * stay where they were logged, and is ready at once.
 */
import type { EventType } from '../../../protocol/events.ts';
import type { ModelStage } from '../../../protocol/model/registeredModel.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import { existingRegistered, existingVersion, kindOf, type ModelDependencies, tell } from './modelDependencies.ts';
import { mayWrite } from './modelHome.ts';
import { type RegistrySearch, stageOf } from './modelRegistry.ts';
import type { ModelVersionRecord, Texts } from './ports.ts';
import { type Origin, originOf } from './versionOrigin.ts';

export type NewModelVersion = {
  readonly name: string;
  readonly source: string;
  /** Empty where the client said none, as the next three. */
  readonly runId: string;
  readonly modelId: string;
  readonly runLink: string;
  readonly description: string;
  readonly tags: Texts;
};

export type OfVersion = { readonly name: string; readonly version: number };

type Change = {
  readonly type: EventType;
  readonly detail?: Readonly<Record<string, string | number>>;
  readonly act: (stores: Stores, version: ModelVersionRecord, at: number) => Promise<void>;
};

const versionsTag = 'mlflow.modelVersions';

export class ModelVersions {
  readonly #deps: ModelDependencies;

  constructor(deps: ModelDependencies) {
    this.#deps = deps;
  }

  async create(asked: NewModelVersion, call: Call): Promise<ModelVersionRecord> {
    const { store, clock, access, feed } = this.#deps;
    const origin = await store.read((stores) => originOf(stores, asked));
    const mayMove = origin.projectId !== null && (await mayWrite(call.caller, origin.projectId, access));
    const at = clock.now();
    const created = await store.write(async (stores) => {
      const model = await existingRegistered(stores, asked.name);
      // Only whoever made it: nobody else may take it out of sight.
      const isMoving = !model.settled && mayMove && model.createdById === call.caller.userId;
      const home = isMoving && origin.projectId !== null ? origin.projectId : model.projectId;
      await stores.registry.updateModel(asked.name, { projectId: home, settled: true, updatedAt: at });
      return await insert(stores, { ...asked, ...origin, home, kind: kindOf(model.tags) }, { call, at });
    });
    feed.committed();
    return created;
  }

  get(of: OfVersion): Promise<ModelVersionRecord> {
    return this.#deps.store.read((stores) => existingVersion(stores, of));
  }

  async describe(of: OfVersion, description: string, call: Call): Promise<ModelVersionRecord> {
    await this.#change(of, call, {
      type: 'model.version-updated',
      detail: { description },
      act: ({ registry }, _version, at) => registry.updateVersion(of.name, of.version, { description, updatedAt: at }),
    });
    return await this.get(of);
  }

  async delete(of: OfVersion, call: Call): Promise<void> {
    await this.#change(of, call, {
      type: 'model.version-deleted',
      act: ({ registry }, _version, at) => registry.deleteVersion(of.name, of.version, at),
    });
  }

  async setTag(of: OfVersion, [key, value]: readonly [string, string], call: Call): Promise<void> {
    await this.#change(of, call, {
      type: 'model.version-tag-set',
      detail: { key, value },
      act: ({ registry }) => registry.setVersionTag(of, key, value),
    });
  }

  async deleteTag(of: OfVersion, key: string, call: Call): Promise<void> {
    await this.#change(of, call, {
      type: 'model.version-tag-deleted',
      detail: { key },
      act: ({ registry }) => registry.deleteVersionTag(of, key),
    });
  }

  /** Its siblings in that stage are archived with it when asked for, all at once. */
  async transition(
    of: OfVersion,
    { stage, archiving }: { readonly stage: ModelStage; readonly archiving: 'siblings' | 'none' },
    call: Call,
  ): Promise<ModelVersionRecord> {
    if (archiving === 'siblings' && stage !== 'Staging' && stage !== 'Production') throw archivesNothing(stage);
    await this.#change(of, call, {
      type: 'model.version-updated',
      detail: { stage },
      act: async ({ registry }, _version, at) => {
        if (archiving === 'siblings') await registry.archiveStage(of.name, stage, at);
        await registry.updateVersion(of.name, of.version, { stage, updatedAt: at });
      },
    });
    return await this.get(of);
  }

  async search(query: RegistrySearch, { caller }: Call): Promise<readonly ModelVersionRecord[]> {
    const projectIds = await this.#deps.access.visibleProjects(caller);
    return await this.#deps.store.read(({ registry }) => registry.searchVersions({ ...query, projectIds }));
  }

  /** The newest of each stage that is asked for; of every stage when none is. */
  async latest(name: string, stages: readonly string[]): Promise<readonly ModelVersionRecord[]> {
    const wanted = stages.map(stageOf);
    return await this.#deps.store.read(async (stores) => {
      await existingRegistered(stores, name);
      const latest = await stores.registry.latestVersions([name]);
      return wanted.length === 0 ? latest : latest.filter(({ stage }) => wanted.includes(stage));
    });
  }

  async #change(of: OfVersion, { caller }: Call, change: Change): Promise<void> {
    const { name, version } = of;
    const at = this.#deps.clock.now();
    await this.#deps.store.write(async (stores) => {
      const { projectId, tags } = await existingRegistered(stores, name);
      await change.act(stores, await existingVersion(stores, of), at);
      await stores.registry.updateModel(name, { updatedAt: at });
      const subject = { projectId, modelName: name, version };
      const detail = { name, version, ...change.detail, ...kindOf(tags) };
      await tell(stores, { type: change.type, subject, detail }, { caller, at });
    });
    this.#deps.feed.committed();
  }
}

type Insertion = NewModelVersion & Origin & { readonly home: string; readonly kind: ReturnType<typeof kindOf> };

async function insert(
  stores: Stores,
  { home, kind, tags, projectId: from, ...fields }: Insertion,
  { call, at }: { readonly call: Call; readonly at: number },
): Promise<ModelVersionRecord> {
  const { userId: createdById, userName: createdByName } = call.caller;
  const { name, source, location, description, runId, modelId, runLink } = fields;
  const stored = { name, source, location, description, runId, modelId, runLink, stage: 'None' as const };
  const by = { createdById, createdByName, createdAt: at, updatedAt: at };
  const version = await stores.registry.insertVersion({ ...stored, ...by });
  for (const [key, value] of Object.entries(tags)) await stores.registry.setVersionTag({ name, version }, key, value);
  // Who sees the logged model need not see a registered one elsewhere.
  if (modelId !== '' && from === home) await tellLoggedModel(stores, { modelId, name, version });
  const subject = { projectId: home, modelName: name, version, ...(runId && { runId }), ...(modelId && { modelId }) };
  const detail = { name, version, source, description, runId, ...kind };
  await tell(stores, { type: 'model.version-created', subject, detail }, { caller: call.caller, at });
  return await existingVersion(stores, { name, version });
}

/** Clients read from a tag of the logged model what it is registered as. */
async function tellLoggedModel(
  { loggedModels }: Stores,
  { modelId, name, version }: { readonly modelId: string; readonly name: string; readonly version: number },
): Promise<void> {
  const known = (await loggedModels.model(modelId))?.tags[versionsTag];
  const list = [...readList(known), { name, version }];
  await loggedModels.setTags(modelId, { [versionsTag]: JSON.stringify(list) });
}

/** A client may have written anything there. */
function readList(text: string | undefined): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function archivesNothing(stage: string): DomainError {
  const message = `archive_existing_versions goes with the stages Staging and Production, not with ${stage}.`;
  return new DomainError('invalid-input', message, { field: 'archive_existing_versions', remedy: 'Set it to false.' });
}
