/** The `models` entries: registered models as panels see them. It only reads; clients write over the MLflow wire. */
import type {
  ListModelsInput,
  ModelVersion,
  RegisteredModel,
  RegisteredModelDetail,
} from '../../../protocol/model/registeredModel.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call } from '../shared/call.ts';
import type { Store } from '../shared/store.ts';
import type { Comparison } from '../tracking/ports.ts';
import { existingRegistered } from './modelDependencies.ts';
import type { ModelVersionRecord, RegisteredModelRecord } from './ports.ts';

export type ModelServiceDependencies = { readonly store: Store; readonly access: Visibility };

const name = { entity: 'attribute', key: 'name' } as const;
const newestFirst = [{ column: { entity: 'attribute', key: 'version_number' }, ascending: false }] as const;
const mostVersions = 1000;

export class ModelService {
  readonly #deps: ModelServiceDependencies;

  constructor(deps: ModelServiceDependencies) {
    this.#deps = deps;
  }

  async list(
    { projectId, limit, cursor }: ListModelsInput,
    { caller }: Call,
  ): Promise<{ readonly items: readonly RegisteredModel[]; readonly next?: string }> {
    const visible = await this.#deps.access.visibleProjects(caller);
    const projectIds = projectId === undefined ? visible : isIn(visible, projectId) ? [projectId] : [];
    const where: readonly Comparison[] = cursor === undefined ? [] : [{ column: name, operator: '>', value: cursor }];
    // One more than asked for tells whether there is a next page.
    const query = { projectIds, where, prompts: 'hidden', orderBy: [], offset: 0, limit: limit + 1 } as const;
    const found = await this.#deps.store.read(({ registry }) => registry.searchModels(query));
    const items = found.slice(0, limit).map(shown);
    const last = items.at(-1);
    return found.length > limit && last ? { items, next: last.name } : { items };
  }

  async get({ modelName }: { readonly modelName: string }, { caller }: Call): Promise<RegisteredModelDetail> {
    const visible = await this.#deps.access.visibleProjects(caller);
    return await this.#deps.store.read(async (stores) => {
      const model = await existingRegistered(stores, modelName);
      const versions = await stores.registry.searchVersions({
        projectIds: null,
        where: [{ column: name, operator: '=', value: modelName }],
        prompts: 'shown',
        orderBy: newestFirst,
        offset: 0,
        limit: mostVersions,
      });
      return { ...shown(model), newestVersions: versions.map((each) => shownVersion(each, visible)) };
    });
  }
}

function isIn(visible: readonly string[] | null, projectId: string): boolean {
  return visible === null || visible.includes(projectId);
}

function shown({
  name,
  projectId,
  description,
  createdAt,
  updatedAt,
  ...rest
}: RegisteredModelRecord): RegisteredModel {
  const { tags, aliases, versions, latestVersion } = rest;
  return { name, projectId, description, createdAt, updatedAt, tags, aliases, versions, latestVersion };
}

function shownVersion(record: ModelVersionRecord, visible: readonly string[] | null): ModelVersion {
  const { version, createdAt, updatedAt, description, stage, aliases, tags, source, run } = record;
  const isShown = run !== null && isIn(visible, run.projectId);
  return {
    ...{ version, createdAt, updatedAt, description, stage, aliases, tags, source },
    createdBy: { id: record.createdById, name: record.createdByName },
    run: isShown ? { id: record.runId, name: run.name, experimentId: run.experimentId } : null,
    modelId: record.modelId === '' ? null : record.modelId,
  };
}
