/** What runs take in and give out, the models that they log, and the registry that names them. */
import type { ModelStage } from '../../../protocol/model/registeredModel.ts';
import type { Comparison, MetricPoint, Ordering } from '../tracking/ports.ts';

export type Texts = Readonly<Record<string, string>>;

export type StoredDataset = {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema: string | null;
  readonly profile: string | null;
};
export type DatasetInput = { readonly dataset: StoredDataset; readonly tags: Texts };
export type ModelOutput = { readonly modelId: string; readonly step: number };
export type NamedOutput = ModelOutput & { readonly name: string };
export type RunLinks = {
  readonly datasets: readonly DatasetInput[];
  readonly modelInputs: readonly string[];
  readonly modelOutputs: readonly NamedOutput[];
};

/** The tag of an input that says what a run used it for. */
export const datasetContextTag = 'mlflow.data.context';

export type DatasetSummary = {
  readonly experimentId: string;
  readonly name: string;
  readonly digest: string;
  readonly context: string | null;
};

export interface LinkStore {
  /** A dataset is known by name and digest within its experiment; its first description stays. */
  logDatasets(
    run: { readonly id: string; readonly experimentId: string },
    inputs: readonly DatasetInput[],
  ): Promise<void>;
  logModelInputs(runId: string, modelIds: readonly string[]): Promise<void>;
  /** The same model again takes the later step. */
  logModelOutputs(runId: string, outputs: readonly ModelOutput[]): Promise<void>;
  /** Of many runs at once; a run without any is left out. */
  links(runIds: readonly string[]): Promise<ReadonlyMap<string, RunLinks>>;
  /** Each dataset and context once, of runs that are not deleted. */
  datasetSummaries(experimentIds: readonly string[], limit: number): Promise<readonly DatasetSummary[]>;
}

export const loggedModelStatuses = ['PENDING', 'READY', 'UPLOAD_FAILED'] as const;
export type LoggedModelStatus = (typeof loggedModelStatuses)[number];

export type StoredLoggedModel = {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  readonly modelType: string;
  /** Empty when no run made it. */
  readonly sourceRunId: string;
  readonly status: LoggedModelStatus;
  readonly createdById: string;
  readonly createdByName: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
};

/** A metric of a model: the latest by run and dataset. No dataset is two empty texts. */
export type ModelMetric = MetricPoint & {
  readonly runId: string;
  readonly datasetName: string;
  readonly datasetDigest: string;
};
export type ModelPoint = Omit<ModelMetric, 'runId'> & { readonly modelId: string };

export type LoggedModel = StoredLoggedModel & {
  readonly projectId: string;
  readonly tags: Texts;
  readonly parameters: Texts;
  readonly metrics: readonly ModelMetric[];
  readonly registrations: readonly { readonly name: string; readonly version: number }[];
};

/** Without a digest, any dataset of that name. */
export type DatasetChoice = { readonly name: string; readonly digest: string | null };
export type ModelOrdering = Ordering & { readonly dataset: DatasetChoice | null };

export type LoggedModelQuery = {
  readonly experimentIds: readonly string[];
  readonly where: readonly Comparison[];
  /** Metrics count only on these; none means on anything. */
  readonly datasets: readonly DatasetChoice[];
  readonly orderBy: readonly ModelOrdering[];
  readonly offset: number;
  readonly limit: number;
};

export interface LoggedModelStore {
  /** Deleted ones as well. */
  model(id: string): Promise<LoggedModel | null>;
  insertModel(model: StoredLoggedModel): Promise<void>;
  updateModel(
    id: string,
    change: Partial<Pick<StoredLoggedModel, 'status' | 'updatedAt' | 'deletedAt'>>,
  ): Promise<void>;
  setTags(id: string, tags: Texts): Promise<void>;
  /** Whether it was there. */
  deleteTag(id: string, key: string): Promise<boolean>;
  /** The existing value where a key already has another one: nothing is then changed. */
  logParameters(id: string, parameters: Texts): Promise<{ readonly key: string; readonly existing: string } | null>;
  logMetrics(runId: string, points: readonly ModelPoint[]): Promise<void>;
  search(query: LoggedModelQuery): Promise<readonly LoggedModel[]>;
}

export type StoredRegisteredModel = {
  readonly name: string;
  readonly projectId: string;
  /** Whether something said which project it belongs to; until then its first version may. */
  readonly settled: boolean;
  readonly description: string;
  readonly createdById: string;
  readonly createdByName: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type RegisteredModelRecord = StoredRegisteredModel & {
  readonly tags: Texts;
  readonly aliases: Readonly<Record<string, number>>;
  /** That are not deleted. */
  readonly versions: number;
  readonly latestVersion: number | null;
};

export type StoredModelVersion = {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly stage: ModelStage;
  /** As it was given. */
  readonly source: string;
  /** Where its files are. */
  readonly location: string;
  /** Empty when there is none, as are the next two. */
  readonly runId: string;
  readonly runLink: string;
  readonly modelId: string;
  readonly createdById: string;
  readonly createdByName: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type ModelVersionRecord = StoredModelVersion & {
  readonly tags: Texts;
  readonly aliases: readonly string[];
  /** The run of its run id, where this server knows it. */
  readonly run: { readonly name: string; readonly experimentId: string; readonly projectId: string } | null;
};

/** The tag, with the value 'true', that makes a registered model a prompt. */
export const promptTag = 'mlflow.prompt.is_prompt';

export type RegistryQuery = {
  /** Null means all. */
  readonly projectIds: readonly string[] | null;
  readonly where: readonly Comparison[];
  /** Prompts are registered models with a tag; `hidden` leaves them out. */
  readonly prompts: 'hidden' | 'shown';
  readonly orderBy: readonly Ordering[];
  readonly offset: number;
  readonly limit: number;
};

export interface RegistryStore {
  model(name: string): Promise<RegisteredModelRecord | null>;
  insertModel(model: StoredRegisteredModel): Promise<void>;
  updateModel(name: string, change: Partial<Omit<StoredRegisteredModel, 'createdAt'>>): Promise<void>;
  /** With all that belongs to it. */
  deleteModel(name: string): Promise<void>;
  setTag(name: string, key: string, value: string): Promise<void>;
  deleteTag(name: string, key: string): Promise<void>;
  setAlias(name: string, alias: string, version: number): Promise<void>;
  deleteAlias(name: string, alias: string): Promise<void>;
  searchModels(query: RegistryQuery): Promise<readonly RegisteredModelRecord[]>;

  version(name: string, version: number): Promise<ModelVersionRecord | null>;
  /** Counted up from 1; a number is never used again. Answers it. */
  insertVersion(version: Omit<StoredModelVersion, 'version'>): Promise<number>;
  updateVersion(
    name: string,
    version: number,
    change: Partial<Pick<StoredModelVersion, 'description' | 'stage' | 'updatedAt'>>,
  ): Promise<void>;
  /** Whatever is in this stage goes to the archive. */
  archiveStage(name: string, stage: ModelStage, at: number): Promise<void>;
  /** Its aliases go with it, and where it came from is forgotten. */
  deleteVersion(name: string, version: number, at: number): Promise<void>;
  setVersionTag(of: { readonly name: string; readonly version: number }, key: string, value: string): Promise<void>;
  deleteVersionTag(of: { readonly name: string; readonly version: number }, key: string): Promise<void>;
  searchVersions(query: RegistryQuery): Promise<readonly ModelVersionRecord[]>;
  /** The newest of each stage, of many models at once. */
  latestVersions(names: readonly string[]): Promise<readonly ModelVersionRecord[]>;
}
