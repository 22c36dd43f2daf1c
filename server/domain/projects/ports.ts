import type { ProjectVisibility, Stage } from '../../../protocol/model/project.ts';
import type { UsedDataset, UsedEnvironment } from '../../../protocol/model/projectPlan.ts';

export type StoredOrigin = {
  readonly kind: 'fork' | 'template';
  readonly projectId: string;
  /** As it was called then. */
  readonly name: string;
  readonly commit: string | null;
  /** What was started from, as it was called then; absent in what was made before there was that. */
  readonly run?: { readonly id: string; readonly name: string } | null;
  readonly at: number;
};

/** What people change of a project, each with the position of the event that changed it last. */
export type ProjectField = 'name' | 'description' | 'stage' | 'tags' | 'visibility' | 'template' | 'archived' | 'owner';
export type FieldVersions = { readonly [Field in ProjectField]?: number };

export type StoredProject = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly stage: string;
  readonly tags: readonly string[];
  readonly ownerId: string;
  readonly experimentId: string;
  readonly archived: boolean;
  readonly createdAt: number;
  readonly lastActivityAt: number;
  readonly visibility: ProjectVisibility;
  readonly template: boolean;
  readonly origin: StoredOrigin | null;
  readonly versions: FieldVersions;
  readonly deletedAt: number | null;
  readonly deletedById: string | null;
};

export type ProjectCounts = { readonly total: number; readonly active: number };

/** What decides whether somebody may know of a project who has no role in it. */
export type Standing = Pick<StoredProject, 'visibility' | 'deletedAt'>;

export interface ProjectStore {
  /** Deleted ones as well. */
  project(id: string): Promise<StoredProject | null>;
  standing(id: string): Promise<Standing | null>;
  /** `ids` null means all. Most recently active first, no deleted ones. */
  projects(query: {
    readonly ids: readonly string[] | null;
    readonly archived: boolean;
  }): Promise<readonly StoredProject[]>;
  insertProject(project: StoredProject): Promise<void>;
  updateProject(id: string, change: Partial<Omit<StoredProject, 'id' | 'createdAt'>>): Promise<void>;
  runCounts(projectId: string): Promise<ProjectCounts>;
  /** Ids of those that everybody on the server may see. */
  internal(): Promise<readonly string[]>;
  /** By name; not deleted, not archived. */
  discoverable(limit: number): Promise<readonly StoredProject[]>;
  /** Newest first. */
  deleted(): Promise<readonly StoredProject[]>;
  /** Made from this one, not deleted; by name. */
  copiesOf(id: string): Promise<readonly StoredProject[]>;
  /** Ids of runs, oldest first, deleted ones as well. */
  runsOf(projectId: string, most: number): Promise<readonly string[]>;
  /** Removes these runs for good, with all that hangs on them. Answers how many. */
  purgeRuns(projectId: string, most: number): Promise<number>;
  /** Removes the project for good, with all that hangs on it. */
  purge(projectId: string): Promise<void>;
  protectedBranches(projectId: string): Promise<ReadonlySet<string>>;
  /** Answers whether something changed. */
  setProtected(of: {
    readonly projectId: string;
    readonly branch: string;
    readonly protected: boolean;
  }): Promise<boolean>;
  /** The first run of the experiment that reached this end of a metric. */
  runAtEnd(end: MetricEnd): Promise<{ readonly id: string; readonly name: string } | null>;
  /** Models of the project that somebody gave an alias. */
  aliasedModels(projectId: string): Promise<readonly { readonly name: string; readonly aliases: readonly string[] }[]>;
}

export type StoredGoal = {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  /** Percent. */
  readonly progress: number;
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly version: number;
  readonly removed: boolean;
};

export type StoredBlocker = {
  readonly id: string;
  readonly projectId: string;
  readonly text: string;
  readonly waitingFor: string | null;
  readonly openedById: string;
  readonly openedAt: number;
  readonly closedById: string | null;
  readonly closedAt: number | null;
  readonly resolution: string | null;
  readonly version: number;
};

export interface PlanStore {
  goal(id: string): Promise<StoredGoal | null>;
  /** In the order they were made, without removed ones. */
  goals(projectId: string): Promise<readonly StoredGoal[]>;
  insertGoal(goal: StoredGoal): Promise<void>;
  updateGoal(id: string, change: Partial<StoredGoal>): Promise<void>;
  blocker(id: string): Promise<StoredBlocker | null>;
  /** Open ones first, oldest first; then closed ones, newest first, at most so many. */
  blockers(projectId: string, mostClosed: number): Promise<readonly StoredBlocker[]>;
  insertBlocker(blocker: StoredBlocker): Promise<void>;
  updateBlocker(id: string, change: Partial<StoredBlocker>): Promise<void>;
}

/** One project as a portfolio needs it. */
export type PortfolioRow = Omit<
  StoredProject,
  'experimentId' | 'createdAt' | 'origin' | 'deletedAt' | 'deletedById'
> & {
  readonly ownerName: string;
  readonly openBlockers: number;
  readonly goals: number;
  readonly goalsReached: number;
  readonly runs: number;
  readonly activeRuns: number;
  /** States of the newest runs that ended, newest first. */
  readonly lastStates: readonly string[];
  readonly liveModels: number;
};

export type PortfolioQuery = {
  /** Null means all. */
  readonly projectIds: readonly string[] | null;
  readonly archived: boolean;
  /** How many ended runs to look at. */
  readonly lastRuns: number;
  /** So much of the purpose. */
  readonly purposeLength: number;
};

/** How many runs of an experiment have a metric, and its ends. */
export type MetricEnds = {
  readonly experimentId: string;
  readonly experiment: string;
  readonly metric: string;
  readonly runs: number;
  readonly low: number;
  readonly high: number;
};

/** Where the end of a metric was reached. */
export type MetricEnd = {
  readonly experimentId: string;
  readonly metric: string;
  readonly end: 'low' | 'high';
  readonly value: number;
};

export type ProjectUse = {
  readonly metrics: readonly MetricEnds[];
  readonly environments: readonly UsedEnvironment[];
  readonly datasets: readonly UsedDataset[];
};

export type UseQuery = { readonly projectId: string; readonly experiments: number; readonly limit: number };

export interface ProjectScans {
  portfolio(query: PortfolioQuery, signal?: AbortSignal): Promise<readonly PortfolioRow[]>;
  /** Of the experiments with the newest runs: the ends of their metrics; environments and datasets by last use. */
  projectUse(query: UseQuery, signal?: AbortSignal): Promise<ProjectUse>;
}

/** The stages that the administrator set. */
export interface StageList {
  stages(): readonly Stage[];
}
