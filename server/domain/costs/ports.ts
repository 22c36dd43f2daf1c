import type { BudgetPeriod, Enforcement, LimitKind } from '../../../protocol/model/budget.ts';
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

export type StoredBudget = {
  readonly id: string;
  readonly kind: LimitKind;
  readonly subjectId: string;
  readonly period: BudgetPeriod;
  readonly amount: number;
  readonly enforcement: Enforcement;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The highest threshold that was told, and the beginning of the period in which it was. */
  readonly toldPercent: number;
  readonly toldPeriod: number;
};

export type Subject = { readonly kind: LimitKind; readonly subjectId: string };

/** What a run that has not ended is expected to cost beyond what it has cost; money in the catalog currency. */
export type Reservation = {
  readonly runId: string;
  readonly projectId: string;
  readonly personId: string;
  readonly money: number;
};

/** Of a project, person or group since a time in milliseconds. */
export type SinceQuery = Subject & { readonly from: number; readonly now: number };

export type Hold = {
  readonly runId: string;
  readonly reason: string;
  readonly askedAt: number;
  readonly cost: number;
};

export type HoldVerdict = {
  readonly state: 'approved' | 'denied' | 'released';
  readonly byId: string | null;
  readonly at: number;
  readonly note: string;
};

export type StoredQuota = {
  readonly kind: 'project' | 'person';
  readonly subjectId: string;
  readonly concurrentRuns: number | null;
  readonly gpuHours: number | null;
};

export interface BudgetStore {
  budgets(): Promise<readonly StoredBudget[]>;
  /** Adds it, or takes the place of the one with its id. */
  putBudget(budget: StoredBudget): Promise<void>;
  deleteBudget(id: string): Promise<void>;
  spentSince(query: SinceQuery): Promise<number>;
  /** Of queued and running runs, but for those that wait for approval. */
  reservations(now: number): Promise<readonly Reservation[]>;
  reserve(runId: string, reserved: { readonly cost: number; readonly gpus: number }): Promise<void>;
  reservedFor(runId: string): Promise<number>;
  hold(runId: string, hold: { readonly reason: string; readonly askedAt: number }): Promise<void>;
  /** Of runs that have not ended, the oldest first. */
  waiting(): Promise<readonly Hold[]>;
  decide(runId: string, verdict: HoldVerdict): Promise<void>;
  quotas(): Promise<readonly StoredQuota[]>;
  /** Without a bound it goes. */
  putQuota(quota: StoredQuota): Promise<void>;
  /** GPUs times hours of the runs of a project or person since a time. */
  gpuHours(query: SinceQuery): Promise<number>;
}
