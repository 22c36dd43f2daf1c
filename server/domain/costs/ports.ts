import type { CostDimension, Spent } from '../../../protocol/model/cost.ts';

export type SpendingQuery = {
  /** Milliseconds; one period lies between each two neighbours. */
  readonly edges: readonly number[];
  readonly by: CostDimension;
  /** Null means all projects. */
  readonly projectIds: readonly string[] | null;
  /** Runs that have not ended cost until then. */
  readonly now: number;
};

/** One for each pair of a spender and a period in which it spent something. `cost` is in the tier's currency. */
export type SpentIn = Spent & { readonly key: string; readonly name: string; readonly period: number };

export interface CostScans {
  spending(query: SpendingQuery, signal?: AbortSignal): Promise<readonly SpentIn[]>;
}

/** A run that succeeded: what it ran and how long that took, in milliseconds. */
export type PastRun = { readonly command: string; readonly took: number };

export type PastRunsQuery = { readonly projectId: string; readonly tierId: string; readonly limit: number };

export interface CostStore {
  /** Runs that succeeded on the tier, the newest first. */
  succeeded(query: PastRunsQuery): Promise<readonly PastRun[]>;
}
