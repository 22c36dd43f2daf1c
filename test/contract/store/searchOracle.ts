/** What a search for runs should find, said in plain JavaScript. Shares nothing with the adapter. */
import type { RunState } from '../../../protocol/model/run.ts';
import type { Column, Comparison, RunQuery } from '../../../server/domain/tracking/ports.ts';

export type LoggedRun = {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly experimentId: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly deletedAt: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
};

const words: Readonly<Record<RunState, string>> = {
  queued: 'SCHEDULED',
  preparing: 'SCHEDULED',
  starting: 'SCHEDULED',
  running: 'RUNNING',
  succeeded: 'FINISHED',
  failed: 'FAILED',
  lost: 'FAILED',
  stopped: 'KILLED',
};

function attribute(run: LoggedRun, key: string): string | number | null {
  const values: Readonly<Record<string, string | number | null>> = {
    run_id: run.id,
    run_name: run.name,
    status: words[run.state],
    user_id: 'Ada',
    experiment_id: run.experimentId,
    artifact_uri: `mlflow-artifacts:/${run.experimentId}/${run.id}/artifacts`,
    start_time: run.startedAt,
    end_time: null,
    created_at: run.createdAt,
  };
  return values[key] ?? null;
}

function columnValue(run: LoggedRun, { entity, key }: Column): string | number | null {
  if (entity === 'attribute') return attribute(run, key);
  const held: Partial<Record<Column['entity'], Readonly<Record<string, string | number>>>> = {
    metric: run.metrics,
    parameter: run.parameters,
    tag: run.tags,
  };
  const values = held[entity] ?? {};
  return Object.hasOwn(values, key) ? (values[key] ?? null) : null;
}

function isLike(text: string, pattern: string, flags: string): boolean {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, `${flags}s`).test(text);
}

/** Only ASCII letters have a case here. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

const tests: Readonly<Record<Comparison['operator'], (a: never, b: never) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  LIKE: (a, b) => isLike(a, b, 'u'),
  ILIKE: (a, b) => isLike(lower(a), lower(b), 'u'),
  IN: (a, b) => (b as readonly unknown[]).includes(a),
  'NOT IN': (a, b) => !(b as readonly unknown[]).includes(a),
};

function matches(run: LoggedRun, { column, operator, value }: Comparison): boolean {
  const actual = columnValue(run, column);
  return actual !== null && tests[operator](actual as never, value as never);
}

/** 0 a value, 1 NaN, 2 none: this order whatever the direction. */
function rank(value: string | number | null): number {
  if (value === null) return 2;
  return Number.isNaN(value) ? 1 : 0;
}

function compareValues(a: string | number | null, b: string | number | null, ascending: boolean): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === null || b === null || a === b || rank(a) === 1) return 0;
  return a < b === ascending ? -1 : 1;
}

function compareRuns(a: LoggedRun, b: LoggedRun, query: RunQuery): number {
  for (const { column, ascending } of query.orderBy) {
    const order = compareValues(columnValue(a, column), columnValue(b, column), ascending);
    if (order !== 0) return order;
  }
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  return a.id < b.id ? -1 : 1;
}

const views = {
  all: () => true,
  active: (run: LoggedRun) => run.deletedAt === null,
  deleted: (run: LoggedRun) => run.deletedAt !== null,
} as const;

export function oracleSearch(runs: readonly LoggedRun[], query: RunQuery): { runIds: string[]; total: number } {
  const found = runs
    .filter((run) => query.experimentIds.includes(run.experimentId) && views[query.view](run))
    .filter((run) => query.where.every((comparison) => matches(run, comparison)))
    .sort((a, b) => compareRuns(a, b, query));
  const page = found.slice(query.offset, query.offset + query.limit);
  return { runIds: page.map(({ id }) => id), total: found.length };
}
