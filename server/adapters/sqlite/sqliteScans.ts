/**
 * The port of scans over whoever runs them. How many runs match is remembered
 * while nothing is written; where it takes long and writing never rests, what
 * was counted a moment ago is said to be that.
 */
import type { CostScans, SpendingQuery, SpentIn } from '../../domain/costs/ports.ts';
import type { PortfolioQuery, PortfolioRow, ProjectScans, ProjectUse, UseQuery } from '../../domain/projects/ports.ts';
import type {
  ColumnKeys,
  FoundRuns,
  GroupQuery,
  RunCount,
  RunGroups,
  RunQuery,
  RunScans,
  RunSelection,
  RunTable,
  ValuesQuery,
} from '../../domain/tracking/ports.ts';
import type { ScanInput, ScanName, ScanOutput } from './scans.ts';

export interface ScanRunner {
  /** Starts what runs them, where that takes a while. */
  warm(): void;
  run<N extends ScanName>(name: N, input: ScanInput<N>, signal?: AbortSignal): Promise<ScanOutput<N>>;
}

type Counted = { readonly total: number; readonly version: number; readonly at: number; readonly took: number };

const remembered = 500;
/** Durations and costs grow without a write. */
const exactForMs = 10_000;
const longMs = 20;
const staleForMs = 1000;

export class SqliteScans implements RunScans, CostScans, ProjectScans {
  readonly #runner: ScanRunner;
  readonly #version: () => number;
  readonly #counts = new Map<string, Counted>();

  /** `version` changes with each commit. */
  constructor(runner: ScanRunner, version: () => number) {
    this.#runner = runner;
    this.#version = version;
  }

  warm(): void {
    this.#runner.warm();
  }

  search(query: RunQuery, signal?: AbortSignal): Promise<FoundRuns> {
    return this.#runner.run('search', query, signal);
  }

  async count({ experimentIds, view, where, inGroup }: RunSelection, signal?: AbortSignal): Promise<RunCount> {
    const selection = { experimentIds, view, where, inGroup };
    const key = JSON.stringify(selection);
    const version = this.#version();
    const began = performance.now();
    const known = this.#counts.get(key);
    if (known !== undefined) {
      const age = began - known.at;
      if (known.version === version && age < exactForMs) return { total: known.total, exact: true };
      if (known.took > longMs && age < staleForMs) return { total: known.total, exact: false };
    }
    const total = await this.#runner.run('count', selection, signal);
    this.#remember(key, { total, version, at: began, took: performance.now() - began });
    return { total, exact: true };
  }

  group(query: GroupQuery, signal?: AbortSignal): Promise<RunGroups> {
    return this.#runner.run('group', query, signal);
  }

  differing(selection: RunSelection, signal?: AbortSignal): Promise<ColumnKeys> {
    return this.#runner.run('differing', selection, signal);
  }

  table(query: ValuesQuery, signal?: AbortSignal): Promise<RunTable> {
    return this.#runner.run('table', query, signal);
  }

  columns(experimentIds: readonly string[], signal?: AbortSignal): Promise<ColumnKeys> {
    return this.#runner.run('columns', experimentIds, signal);
  }

  distinct(query: Parameters<RunScans['distinct']>[0], signal?: AbortSignal): Promise<readonly string[]> {
    return this.#runner.run('distinct', query, signal);
  }

  spending(query: SpendingQuery, signal?: AbortSignal): Promise<readonly SpentIn[]> {
    return this.#runner.run('spending', query, signal);
  }

  portfolio(query: PortfolioQuery, signal?: AbortSignal): Promise<readonly PortfolioRow[]> {
    return this.#runner.run('portfolio', query, signal);
  }

  projectUse(query: UseQuery, signal?: AbortSignal): Promise<ProjectUse> {
    return this.#runner.run('projectUse', query, signal);
  }

  #remember(key: string, counted: Counted): void {
    this.#counts.delete(key);
    this.#counts.set(key, counted);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > remembered && oldest !== undefined) this.#counts.delete(oldest);
  }
}
