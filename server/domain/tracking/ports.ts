/** Experiments and what is logged into runs: parameters, tags, metrics. */
import type { MetricSummary, Series } from '../../../protocol/model/metric.ts';

export type StoredExperiment = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  readonly tags: Readonly<Record<string, string>>;
};

export type MetricPoint = {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly timestamp: number;
};

/** Points of one metric as columns of one length, in any order. */
export type MetricSeries = {
  readonly key: string;
  readonly steps: Float64Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
};

/** Pages that go on after a point stay exact while points arrive before it. */
export type HistoryPage = {
  readonly after?: Omit<MetricPoint, 'key'> | undefined;
  /** So many are left out then. */
  readonly offset: number;
  readonly limit: number;
};

export type RunValues = {
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, MetricSummary>>;
};

export type ComparisonOperator =
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'LIKE'
  | 'ILIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';
export type ColumnEntity =
  | 'metric'
  | 'parameter'
  | 'tag'
  | 'attribute'
  | 'dataset'
  // Of traces:
  | 'metadata'
  | 'span'
  | 'feedback'
  | 'expectation';
export type RunAttribute =
  | 'run_id'
  | 'run_name'
  | 'status'
  | 'user_id'
  | 'artifact_uri'
  | 'start_time'
  | 'end_time'
  | 'experiment_id'
  | 'created_at'
  | 'cost'
  | 'duration'
  | 'environment'
  | 'environment_revision'
  | 'tier'
  | 'commit'
  | 'project'
  | 'created_by'
  | 'note'
  | 'starred';

/** Which number of a metric: its lowest or highest finite one, or the last at a step. Absent: the latest. */
export type MetricReading = 'min' | 'max' | { readonly step: number };
export type Column = {
  readonly entity: ColumnEntity;
  readonly key: string;
  readonly reading?: MetricReading;
  /** Whose, of what is each person's own. */
  readonly userId?: string;
};
/**
 * One comparison of a parsed filter; all of them must hold. Numbers for metrics and times, text otherwise.
 * `status` is compared by MLflow's five words, in which 'FAILED' covers what was lost.
 */
export type Comparison = {
  readonly column: Column;
  readonly operator: ComparisonOperator;
  /** Null where the operator needs none. */
  readonly value: number | string | readonly string[] | null;
};
export type Ordering = { readonly column: Column; readonly ascending: boolean };
/** What a cell of a table holds. Metrics that are no finite number are the words of `MetricValue`. */
export type Cell = number | string | null;

/** Some runs: those of the experiments for which everything in `where` and `inGroup` holds. */
export type RunSelection = {
  readonly experimentIds: readonly string[];
  readonly view: 'active' | 'deleted' | 'all';
  readonly where: readonly Comparison[];
  /** The runs of one row of a grouping; null is where a run has no value. */
  readonly inGroup?: readonly { readonly column: Column; readonly value: Cell }[];
};

/** What a run was ordered by: where a search goes on. Only the store that made it reads it. */
export type RunCursor = readonly Cell[];

export type RunQuery = RunSelection & {
  /** Ties end with the newest first. What has no number comes after all numbers, and what has no value last, both ways. */
  readonly orderBy: readonly Ordering[];
  /** `natural` puts parameters and tags that read as numbers in the order of the numbers, before other text. */
  readonly textOrder: 'natural' | 'plain';
  readonly after?: RunCursor | null;
  readonly offset: number;
  readonly limit: number;
};

/** `next` is where the search goes on; null at the end. */
export type FoundRuns = { readonly runIds: readonly string[]; readonly next: RunCursor | null };
/** Not exact where runs may have come or gone since it was counted, a moment ago. */
export type RunCount = { readonly total: number; readonly exact: boolean };

/** Of the finite values of a column. The deviation is that of a sample; null for fewer than two. */
export type Aggregate = {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number | null;
  readonly min: number;
  readonly max: number;
};
export type GroupOrdering =
  | { readonly by: 'runs'; readonly ascending: boolean }
  | { readonly by: 'group' | 'aggregate'; readonly index: number; readonly ascending: boolean };
export type GroupQuery = RunSelection & {
  readonly groupBy: readonly Column[];
  readonly aggregates: readonly Column[];
  readonly orderBy: readonly GroupOrdering[];
  readonly offset: number;
  readonly limit: number;
};
export type RunGroups = {
  readonly rows: readonly {
    readonly values: readonly Cell[];
    readonly runs: number;
    readonly aggregates: readonly (Aggregate | null)[];
  }[];
  readonly total: number;
};

export type ColumnKeys = {
  readonly metrics: readonly string[];
  readonly parameters: readonly string[];
  readonly tags: readonly string[];
};

export type ValuesQuery = RunSelection & {
  readonly columns: readonly Column[];
  /** Of more runs, this many are taken evenly, and the same ones each time. */
  readonly limit: number;
  readonly runIds?: readonly string[];
};
/** Column by column: `columns[c][r]` is of the run `runIds[r]`. */
export type RunTable = {
  readonly runIds: readonly string[];
  readonly names: readonly string[];
  readonly columns: readonly (readonly Cell[])[];
  readonly total: number;
};

/**
 * Reads that may pass over very many runs. They work beside all others and
 * hold up none of them; each sees the newest commit. A call whose signal
 * aborts ends early.
 */
export interface RunScans {
  /** Makes ready what the first search would wait for; a server that nobody looks at rests without it. */
  warm(): void;
  search(query: RunQuery, signal?: AbortSignal): Promise<FoundRuns>;
  count(selection: RunSelection, signal?: AbortSignal): Promise<RunCount>;
  group(query: GroupQuery, signal?: AbortSignal): Promise<RunGroups>;
  /** The columns whose values are not the same in all of the runs; that some lack a value is a difference. */
  differing(selection: RunSelection, signal?: AbortSignal): Promise<ColumnKeys>;
  table(query: ValuesQuery, signal?: AbortSignal): Promise<RunTable>;
  columns(experimentIds: readonly string[], signal?: AbortSignal): Promise<ColumnKeys>;
  /** Distinct values of a parameter, tag or attribute, most frequent first, for completion. */
  distinct(
    query: { readonly experimentIds: readonly string[]; readonly column: Column; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
}

export interface TrackingStore {
  experiment(id: string): Promise<StoredExperiment | null>;
  /** An active one is preferred over a deleted namesake. Names are unique over the server, as MLflow's are. */
  experimentByName(name: string): Promise<StoredExperiment | null>;
  /** `projectIds` null means all. Most recently changed first. */
  experiments(query: {
    readonly projectIds: readonly string[] | null;
    readonly view: 'active' | 'deleted' | 'all';
  }): Promise<readonly (StoredExperiment & { readonly runs: number })[]>;
  /** Ids are decimal numbers, counted up from 1; "0" is MLflow's Default. Answers the id. */
  insertExperiment(experiment: Omit<StoredExperiment, 'id'>): Promise<string>;
  updateExperiment(
    id: string,
    change: {
      readonly name?: string;
      readonly deletedAt?: number | null;
      readonly updatedAt?: number;
      readonly setTags?: Readonly<Record<string, string>>;
      readonly removeTags?: readonly string[];
    },
  ): Promise<void>;

  /** Exact duplicates (key, step, timestamp, value) are stored once. */
  logMetrics(runId: string, points: readonly MetricPoint[]): Promise<void>;
  /** The same, of points that come as columns. A key may stand in several. */
  logSeries(runId: string, series: readonly MetricSeries[]): Promise<void>;
  /** The existing value where a key already has another one: nothing is then changed. */
  logParameters(
    runId: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<{ readonly key: string; readonly existing: string } | null>;
  setTags(runId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Whether it was there. */
  deleteTag(runId: string, key: string): Promise<boolean>;
  /** Values of many runs at once; absent key lists mean all keys. */
  values(
    runIds: readonly string[],
    keys?: {
      readonly metrics?: readonly string[];
      readonly parameters?: readonly string[];
      readonly tags?: readonly string[];
    },
  ): Promise<ReadonlyMap<string, RunValues>>;
  /** Points of one metric ordered by (step, timestamp, value). */
  history(runId: string, key: string, page: HistoryPage): Promise<readonly MetricPoint[]>;
  /** Curves reduced to at most `maxPoints` each; each bucket keeps its lowest and highest. */
  reducedHistory(query: {
    readonly runIds: readonly string[];
    readonly keys: readonly string[];
    readonly maxPoints: number;
    readonly fromStep?: number;
    readonly toStep?: number;
  }): Promise<readonly Series[]>;
  /** The value of metrics at steps: for each run that has any, by the position in `at`. */
  valuesAt(
    runIds: readonly string[],
    at: readonly { readonly key: string; readonly step: number }[],
  ): Promise<ReadonlyMap<string, readonly (number | null)[]>>;
  /** Within a unit of work; what people wait for goes by `RunScans`. */
  search(query: RunQuery): Promise<FoundRuns>;
}
