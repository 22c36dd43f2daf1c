/**
 * Registered models: names, descriptions, tags and aliases. Names are unique
 * over the server. Whether the caller may is asked before, by the wire; only
 * the project of a new one is decided here.
 */
import type { EventType } from '../../../protocol/events.ts';
import { modelStage } from '../../../protocol/model/registeredModel.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import { existingRegistered, existingVersion, kindOf, type ModelDependencies, tell } from './modelDependencies.ts';
import { homeOf, projectTag, refuseOtherProject } from './modelHome.ts';
import type { ModelVersionRecord, RegisteredModelRecord, RegistryQuery, Texts } from './ports.ts';

export type NewRegisteredModel = { readonly name: string; readonly description: string; readonly tags: Texts };

/** With the newest version of each stage. */
export type ShownModel = { readonly model: RegisteredModelRecord; readonly latest: readonly ModelVersionRecord[] };

export type RegistrySearch = Omit<RegistryQuery, 'projectIds'>;

type Change = {
  readonly type: EventType;
  readonly detail?: Readonly<Record<string, string | number>>;
  /** The name before, when it changes. */
  readonly from?: string;
  readonly act: (stores: Stores, model: RegisteredModelRecord, at: number) => Promise<void>;
};

export class ModelRegistry {
  readonly #deps: ModelDependencies;

  constructor(deps: ModelDependencies) {
    this.#deps = deps;
  }

  async create({ name, description, tags }: NewRegisteredModel, { caller }: Call): Promise<ShownModel> {
    const home = await homeOf(tags, caller, this.#deps.access);
    const { [projectTag]: _project, ...kept } = tags;
    const at = this.#deps.clock.now();
    const created = await this.#deps.store.write(async (stores) => {
      await refuseTaken(stores, name);
      const by = { createdById: caller.userId, createdByName: caller.userName };
      await stores.registry.insertModel({ name, ...home, description, ...by, createdAt: at, updatedAt: at });
      for (const [key, value] of Object.entries(kept)) await stores.registry.setTag(name, key, value);
      const subject = { projectId: home.projectId, modelName: name };
      const detail = { name, description, ...kindOf(tags) };
      await tell(stores, { type: 'model.registered', subject, detail }, { caller, at });
      return await shown(stores, name);
    });
    this.#deps.feed.committed();
    return created;
  }

  get(name: string): Promise<ShownModel> {
    return this.#deps.store.read((stores) => shown(stores, name));
  }

  async rename(name: string, newName: string, call: Call): Promise<ShownModel> {
    if (newName === name) return await this.get(name);
    await this.#change(newName, call, {
      type: 'model.updated',
      detail: { previousName: name },
      from: name,
      act: async (stores, _model, at) => {
        await refuseTaken(stores, newName);
        await stores.registry.updateModel(name, { name: newName, updatedAt: at });
      },
    });
    return await this.get(newName);
  }

  async describe(name: string, description: string, call: Call): Promise<ShownModel> {
    await this.#change(name, call, {
      type: 'model.updated',
      detail: { description },
      act: ({ registry }, _model, at) => registry.updateModel(name, { description, updatedAt: at }),
    });
    return await this.get(name);
  }

  async delete(name: string, call: Call): Promise<void> {
    await this.#change(name, call, { type: 'model.deleted', act: ({ registry }) => registry.deleteModel(name) });
  }

  async setTag(name: string, [key, value]: readonly [string, string], call: Call): Promise<void> {
    await this.#change(name, call, {
      type: 'model.tag-set',
      detail: { key, value },
      act: async ({ registry }, model) => {
        // The project is shown as a tag and has its home elsewhere.
        if (key === projectTag) return refuseOtherProject(value, model.projectId);
        await registry.setTag(name, key, value);
      },
    });
  }

  async deleteTag(name: string, key: string, call: Call): Promise<void> {
    await this.#change(name, call, {
      type: 'model.tag-deleted',
      detail: { key },
      act: ({ registry }) => registry.deleteTag(name, key),
    });
  }

  /** An alias that exists moves. */
  async setAlias(of: { readonly name: string; readonly version: number }, alias: string, call: Call): Promise<void> {
    const { name, version } = of;
    await this.#change(name, call, {
      type: 'model.alias-set',
      detail: { alias, version },
      act: async (stores, _model, at) => {
        await existingVersion(stores, of);
        await stores.registry.setAlias(name, alias, version);
        await stores.registry.updateModel(name, { updatedAt: at });
      },
    });
  }

  async deleteAlias(name: string, alias: string, call: Call): Promise<void> {
    await this.#change(name, call, {
      type: 'model.alias-deleted',
      detail: { alias },
      act: async ({ registry }, _model, at) => {
        await registry.deleteAlias(name, alias);
        await registry.updateModel(name, { updatedAt: at });
      },
    });
  }

  byAlias(name: string, alias: string): Promise<ModelVersionRecord> {
    return this.#deps.store.read(async (stores) => {
      const { aliases } = await existingRegistered(stores, name);
      const version = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
      if (version !== undefined) return await existingVersion(stores, { name, version });
      throw new DomainError('invalid-input', `Registered model alias ${alias} not found.`, { field: 'alias' });
    });
  }

  async search(query: RegistrySearch, { caller }: Call): Promise<readonly ShownModel[]> {
    const projectIds = await this.#deps.access.visibleProjects(caller);
    return await this.#deps.store.read(async ({ registry }) => {
      const models = await registry.searchModels({ ...query, projectIds });
      const latest = await registry.latestVersions(models.map(({ name }) => name));
      const byName = Map.groupBy(latest, ({ name }) => name);
      return models.map((model) => ({ model, latest: byName.get(model.name) ?? [] }));
    });
  }

  async #change(name: string, { caller }: Call, change: Change): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#deps.store.write(async (stores) => {
      const model = await existingRegistered(stores, change.from ?? name);
      await change.act(stores, model, at);
      const subject = { projectId: model.projectId, modelName: name };
      const detail = { name, ...change.detail, ...kindOf(model.tags) };
      await tell(stores, { type: change.type, subject, detail }, { caller, at });
    });
    this.#deps.feed.committed();
  }
}

async function shown(stores: Stores, name: string): Promise<ShownModel> {
  return { model: await existingRegistered(stores, name), latest: await stores.registry.latestVersions([name]) };
}

async function refuseTaken({ registry }: Stores, name: string): Promise<void> {
  if ((await registry.model(name)) === null) return;
  throw new DomainError('already-exists', `Registered Model (name=${name}) already exists.`, {
    field: 'name',
    remedy: 'Names of registered models are unique over the server: choose another, or add a version to that one.',
  });
}

const stages = modelStage.options;

/** Stages are known in any case of letters. */
export function stageOf(word: string): (typeof stages)[number] {
  const stage = stages.find((each) => each.toLowerCase() === word.toLowerCase());
  if (stage !== undefined) return stage;
  const message = `Invalid Model Version stage: ${word}. Value must be one of ${stages.join(', ')}.`;
  throw new DomainError('invalid-input', message, { field: 'stage' });
}
