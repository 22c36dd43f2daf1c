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

export type RunValues = {
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, MetricSummary>>;
};

export type ComparisonOperator = '=' | '!=' | '>' | '>=' | '<' | '<=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN';
export type ColumnEntity =
  | 'metric'
  | 'parameter'
  | 'tag'
  | 'attribute'
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
  | 'duration';

export type Column = { readonly entity: ColumnEntity; readonly key: string };
/**
 * One comparison of a parsed filter; all of them must hold. Numbers for metrics and times, text otherwise.
 * `status` is compared by MLflow's five words, in which 'FAILED' covers what was lost.
 */
export type Comparison = {
  readonly column: Column;
  readonly operator: ComparisonOperator;
  readonly value: number | string | readonly string[];
};
export type Ordering = { readonly column: Column; readonly ascending: boolean };

export type RunQuery = {
  readonly experimentIds: readonly string[];
  readonly view: 'active' | 'deleted' | 'all';
  readonly where: readonly Comparison[];
  readonly orderBy: readonly Ordering[];
  readonly offset: number;
  readonly limit: number;
};

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
    },
  ): Promise<void>;

  /** Exact duplicates (key, step, timestamp, value) are stored once. */
  logMetrics(runId: string, points: readonly MetricPoint[]): Promise<void>;
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
  /** Points of one metric ordered by (step, timestamp, value), from an offset on. */
  history(
    runId: string,
    key: string,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly MetricPoint[]>;
  /** Curves reduced to at most `maxPoints` each; each bucket keeps its lowest and highest. */
  reducedHistory(query: {
    readonly runIds: readonly string[];
    readonly keys: readonly string[];
    readonly maxPoints: number;
    readonly fromStep?: number;
    readonly toStep?: number;
  }): Promise<readonly Series[]>;
  /** Ids in order, and how many there are in all. */
  search(query: RunQuery): Promise<{ readonly runIds: readonly string[]; readonly total: number }>;
  columns(experimentIds: readonly string[]): Promise<{
    readonly metrics: readonly string[];
    readonly parameters: readonly string[];
    readonly tags: readonly string[];
  }>;
  /** Distinct values of a parameter, tag or attribute, most frequent first, for completion. */
  distinct(experimentIds: readonly string[], column: Column, limit: number): Promise<readonly string[]>;
}
