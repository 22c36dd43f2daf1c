/**
 * What a new version is of: the run and logged model behind its source, the
 * project they are in, and where the files lie. Only reads.
 */
import { artifactUri, modelUri } from '../shared/artifactRoot.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import { existingLoggedModel, existingRegistered, existingVersion } from './modelDependencies.ts';
import { type ModelSource, parseModelSource } from './modelSource.ts';

export type Origin = {
  readonly location: string;
  readonly runId: string;
  readonly modelId: string;
  /** Where run or logged model are; null when the files come from elsewhere. */
  readonly projectId: string | null;
};

/** Empty where the client said none. */
type Asked = { readonly source: string; readonly runId: string; readonly modelId: string };
type Found = Pick<Origin, 'location' | 'runId' | 'modelId'>;

export async function originOf(stores: Stores, asked: Asked): Promise<Origin> {
  const found = await follow(stores, parseModelSource(asked.source), asked.source);
  const modelId = asked.modelId || found.modelId;
  const model = modelId === '' ? null : await existingLoggedModel(stores, modelId);
  const runId = asked.runId || found.runId || (model?.sourceRunId ?? '');
  const run = runId === '' ? null : await stores.runs.run(runId);
  return { location: found.location, runId, modelId, projectId: model?.projectId ?? run?.projectId ?? null };
}

async function follow(stores: Stores, source: ModelSource, text: string): Promise<Found> {
  switch (source.kind) {
    case 'logged-model':
      return await ofLoggedModel(stores, source);
    case 'run':
      return await ofRun(stores, source);
    case 'version':
      return await existingVersion(stores, source);
    case 'alias':
      return await ofAlias(stores, source);
    case 'elsewhere':
      return { location: text, runId: '', modelId: '' };
  }
}

type Of<K extends ModelSource['kind']> = Extract<ModelSource, { readonly kind: K }>;

async function ofLoggedModel(stores: Stores, { modelId, path, experimentId }: Of<'logged-model'>): Promise<Found> {
  const model = await existingLoggedModel(stores, modelId);
  if (experimentId !== null && experimentId !== model.experimentId) throw misplaced('logged model', modelId);
  return { location: below(modelUri(model), path), runId: model.sourceRunId, modelId };
}

/** A path of a run that is the name of a model it logged means that model, as clients take it. */
async function ofRun(stores: Stores, { runId, path, experimentId }: Of<'run'>): Promise<Found> {
  const run = await stores.runs.run(runId);
  if (run === null) throw new DomainError('not-found', `Run with id=${runId} not found`, { field: 'source' });
  if (experimentId !== null && experimentId !== run.experimentId) throw misplaced('run', runId);
  const outputs = (await stores.links.links([runId])).get(runId)?.modelOutputs ?? [];
  const named = experimentId === null ? outputs.findLast(({ name }) => name === path) : undefined;
  if (named !== undefined)
    return { location: modelUri(await existingLoggedModel(stores, named.modelId)), runId, modelId: named.modelId };
  return { location: below(artifactUri(run), path), runId, modelId: '' };
}

async function ofAlias(stores: Stores, { name, alias }: Of<'alias'>): Promise<Found> {
  const { aliases } = await existingRegistered(stores, name);
  const version = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (version !== undefined) return await existingVersion(stores, { name, version });
  throw new DomainError('invalid-input', `Registered model alias ${alias} not found.`, { field: 'source' });
}

function below(root: string, path: string): string {
  return path === '' ? root : `${root}/${path}`;
}

function misplaced(what: string, id: string): DomainError {
  return new DomainError('not-found', `The ${what} ${id} is not in that experiment.`, { field: 'source' });
}
