/** What a search for runs should find, said in plain JavaScript. Shares nothing with the adapter. */
import type { RunState } from '../../../protocol/model/run.ts';
import type {
  Cell,
  Column,
  Comparison,
  Ordering,
  RunQuery,
  RunSelection,
} from '../../../server/domain/tracking/ports.ts';

export type LoggedRun = {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly experimentId: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly deletedAt: number | null;
  /** Values at the steps 0, 1, 2, … */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
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
    end_time: run.endedAt,
    created_at: run.createdAt,
    project: 'default',
  };
  return values[key] ?? null;
}

/** NaN is a value; null is none. */
export function columnValue(run: LoggedRun, { entity, key, reading }: Column): string | number | null {
  if (entity === 'attribute') return attribute(run, key);
  if (entity !== 'metric' && entity !== 'parameter' && entity !== 'tag') return null;
  const values = { metric: run.metrics, parameter: run.parameters, tag: run.tags }[entity];
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value === undefined || typeof value === 'string') return value ?? null;
  const finite = value.filter(Number.isFinite);
  if (typeof reading === 'object') return value[reading.step] ?? null;
  if (reading === undefined) return value.at(-1) ?? null;
  return finite.length === 0 ? null : Math[reading](...finite);
}

export function cellOf(run: LoggedRun, column: Column): Cell {
  const value = columnValue(run, column);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
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

type WithValue = Exclude<Comparison['operator'], 'IS NULL' | 'IS NOT NULL'>;

const tests: Readonly<Record<WithValue, (a: never, b: never) => boolean>> = {
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
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return (actual === null) === (operator === 'IS NULL');
  return actual !== null && tests[operator](actual as never, value as never);
}

const numeric = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** 0 a value, 1 NaN, or in a natural order text, 2 none: this order whatever the direction. */
function ranked(value: string | number | null, natural: boolean): readonly [number, string | number | null] {
  if (value === null) return [2, null];
  if (typeof value === 'number') return Number.isNaN(value) ? [1, null] : [0, value];
  if (!natural) return [0, value];
  return numeric.test(value) ? [0, Number(value)] : [1, value];
}

function compareColumn([a, b]: readonly [LoggedRun, LoggedRun], ordering: Ordering, textOrder: string): number {
  const { column, ascending } = ordering;
  const natural = textOrder === 'natural' && (column.entity === 'parameter' || column.entity === 'tag');
  const [rankOfA, valueOfA] = ranked(columnValue(a, column), natural);
  const [rankOfB, valueOfB] = ranked(columnValue(b, column), natural);
  if (rankOfA !== rankOfB) return rankOfA - rankOfB;
  if (valueOfA === null || valueOfB === null || valueOfA === valueOfB) return 0;
  return valueOfA < valueOfB === ascending ? -1 : 1;
}

function compareRuns(a: LoggedRun, b: LoggedRun, query: RunQuery): number {
  for (const ordering of query.orderBy) {
    const order = compareColumn([a, b], ordering, query.textOrder);
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

export function oracleSelect(runs: readonly LoggedRun[], selection: RunSelection): readonly LoggedRun[] {
  return runs
    .filter((run) => selection.experimentIds.includes(run.experimentId) && views[selection.view](run))
    .filter((run) => selection.where.every((comparison) => matches(run, comparison)))
    .filter((run) => (selection.inGroup ?? []).every(({ column, value }) => cellOf(run, column) === value));
}

/** All of them in order. */
export function oracleSearch(runs: readonly LoggedRun[], query: RunQuery): readonly string[] {
  return [...oracleSelect(runs, query)].sort((a, b) => compareRuns(a, b, query)).map(({ id }) => id);
}
