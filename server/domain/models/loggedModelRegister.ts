/**
 * Models that clients log: made pending beside an experiment's runs, filled
 * through the artifact wire, and ready when the client says so. Whether the
 * caller may is asked before, by the wire.
 */
import { randomUUID } from 'node:crypto';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { readableName } from '../shared/readableName.ts';
import type { Stores } from '../shared/store.ts';
import { existingLoggedModel, type ModelDependencies, tell } from './modelDependencies.ts';
import type { LoggedModel, LoggedModelQuery, LoggedModelStatus, StoredLoggedModel, Texts } from './ports.ts';

export type NewLoggedModel = {
  readonly experimentId: string;
  /** Empty for a made-up one. */
  readonly name: string;
  readonly modelType: string;
  readonly sourceRunId: string;
  readonly parameters: Texts;
  readonly tags: Texts;
};

export class LoggedModelRegister {
  readonly #deps: ModelDependencies;

  constructor(deps: ModelDependencies) {
    this.#deps = deps;
  }

  async create(asked: NewLoggedModel, { caller }: Call): Promise<LoggedModel> {
    const { parameters, tags, ...fields } = asked;
    const at = this.#deps.clock.now();
    const model: StoredLoggedModel = {
      ...fields,
      id: `m-${randomUUID().replaceAll('-', '')}`,
      name: asked.name || readableName(),
      status: 'PENDING',
      createdById: caller.userId,
      createdByName: caller.userName,
      createdAt: at,
      updatedAt: at,
      deletedAt: null,
    };
    const created = await this.#deps.store.write(async (stores) => {
      await requireActive(stores, asked.experimentId);
      await stores.loggedModels.insertModel(model);
      await stores.loggedModels.setTags(model.id, tags);
      await stores.loggedModels.logParameters(model.id, parameters);
      const stored = await existingLoggedModel(stores, model.id);
      const detail = { name: stored.name, modelType: stored.modelType };
      await tell(stores, { type: 'logged-model.created', subject: subjectOf(stored), detail }, { caller, at });
      return stored;
    });
    this.#deps.feed.committed();
    return created;
  }

  get(id: string): Promise<LoggedModel> {
    return this.#deps.store.read((stores) => existingLoggedModel(stores, id));
  }

  /** All files are there, or will not come. */
  async finish(id: string, status: LoggedModelStatus, call: Call): Promise<LoggedModel> {
    return await this.#change(id, call, async ({ loggedModels }, at) => {
      await loggedModels.updateModel(id, { status, updatedAt: at });
      return { status };
    });
  }

  async setTags(id: string, tags: Texts, call: Call): Promise<LoggedModel> {
    return await this.#change(id, call, async ({ loggedModels }, at) => {
      await loggedModels.setTags(id, tags);
      await loggedModels.updateModel(id, { updatedAt: at });
      return { tags: Object.keys(tags).join(', ') };
    });
  }

  async deleteTag(id: string, key: string, call: Call): Promise<void> {
    await this.#change(id, call, async ({ loggedModels }, at) => {
      if (!(await loggedModels.deleteTag(id, key))) throw noTag(id, key);
      await loggedModels.updateModel(id, { updatedAt: at });
      return { tags: key };
    });
  }

  async logParameters(id: string, parameters: Texts, call: Call): Promise<void> {
    await this.#change(id, call, async ({ loggedModels }, at) => {
      const conflict = await loggedModels.logParameters(id, parameters);
      if (conflict !== null) throw fixedParameter(id, conflict);
      await loggedModels.updateModel(id, { updatedAt: at });
      return { parameters: Object.keys(parameters).join(', ') };
    });
  }

  async delete(id: string, { caller }: Call): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#deps.store.write(async (stores) => {
      const model = await existingLoggedModel(stores, id);
      await stores.loggedModels.updateModel(id, { deletedAt: at, updatedAt: at });
      const event = { type: 'logged-model.deleted', subject: subjectOf(model), detail: { name: model.name } } as const;
      await tell(stores, event, { caller, at });
    });
    this.#deps.feed.committed();
  }

  search(query: LoggedModelQuery): Promise<readonly LoggedModel[]> {
    return this.#deps.store.read(({ loggedModels }) => loggedModels.search(query));
  }

  /** A change, its event and the model as it then is. */
  async #change(
    id: string,
    { caller }: Call,
    change: (stores: Stores, at: number) => Promise<Readonly<Record<string, string>>>,
  ): Promise<LoggedModel> {
    const at = this.#deps.clock.now();
    const changed = await this.#deps.store.write(async (stores) => {
      const model = await existingLoggedModel(stores, id);
      const detail = { name: model.name, ...(await change(stores, at)) };
      await tell(stores, { type: 'logged-model.updated', subject: subjectOf(model), detail }, { caller, at });
      return await existingLoggedModel(stores, id);
    });
    this.#deps.feed.committed();
    return changed;
  }
}

function subjectOf({ id, projectId, experimentId, sourceRunId }: LoggedModel) {
  return { projectId, experimentId, modelId: id, ...(sourceRunId !== '' && { runId: sourceRunId }) };
}

async function requireActive({ tracking }: Stores, experimentId: string): Promise<void> {
  const experiment = await tracking.experiment(experimentId);
  if (experiment?.deletedAt === null) return;
  const what = experiment === null ? `No Experiment with id=${experimentId} exists.` : '';
  if (what !== '') throw new DomainError('not-found', what, { field: 'experiment_id' });
  const message = `The experiment ${experimentId} must be in the 'active' state; it is deleted.`;
  throw new DomainError('wrong-state', message, { field: 'experiment_id', remedy: 'Restore it first.' });
}

function noTag(id: string, key: string): DomainError {
  return new DomainError('not-found', `No tag with key '${key}' in the logged model with ID '${id}'.`, {
    field: 'tag_key',
  });
}

function fixedParameter(id: string, { key, existing }: { readonly key: string; readonly existing: string }) {
  const message = `Changing param values is not allowed. The param '${key}' of the logged model ${id} already has the value '${existing}'.`;
  return new DomainError('value-fixed', message, { field: key, remedy: 'Log it under another name.' });
}
