/** The rows that runs themselves fill: overview, parameters, metrics, data. Pure. */
import type { MetricSummary } from '../../../protocol/model/metric.ts';
import { directionOf, type MetricDirection } from '../../../protocol/model/metricDirection.ts';
import type { Run } from '../../../protocol/model/run.ts';
import { durationOf, formatDuration, formatMetric, formatMoney, formatTime } from '../../ui/format.ts';
import { stateWord } from '../../ui/runState.ts';
import { type Cell, type CompareRow, cellOf, rowsOf } from './compareRow.ts';

/** Undefined: it may not be seen, or is not there. */
export type Runs = readonly (Run | undefined)[];

export const readings = ['last', 'best', 'min', 'max'] as const;
export type Reading = (typeof readings)[number];

export type Names = {
  readonly projects: ReadonlyMap<string, string>;
  readonly experiments: ReadonlyMap<string, string>;
  readonly currency: string;
};

export function parameterRows(runs: Runs): readonly CompareRow[] {
  return rowsOf(runs.map((run) => run && cellsBy(Object.entries(run.parameters), (value) => cellOf(value))));
}

/** Directions that experiments say, by metric; the others follow from its name. */
export type Directions = Readonly<Record<string, MetricDirection>>;

/** What the machine did is neither good nor bad. */
const machinePrefix = 'system/';

export function metricRows(runs: Runs, reading: Reading, said: Directions): readonly CompareRow[] {
  const direction = (key: string) => (Object.hasOwn(said, key) ? said[key] : undefined) ?? directionOf(key);
  const read = (metric: MetricSummary) => metricCell(metric, reading === 'best' ? direction(metric.key) : reading);
  return rowsOf(
    runs.map(
      (run) =>
        run &&
        cellsBy(
          run.metrics.map((metric) => [metric.key, metric]),
          read,
        ),
    ),
    (key) => (key.startsWith(machinePrefix) ? null : direction(key)),
  );
}

function metricCell(metric: MetricSummary, which: Exclude<Reading, 'best'>): Cell {
  const value = which === 'last' ? metric.latest : metric[which];
  return value === null ? cellOf(null) : cellOf(Number(value), formatMetric(value));
}

/** By name and what it was used for; a run may use several versions of one. */
export function dataRows(runs: Runs): readonly CompareRow[] {
  return rowsOf(
    runs.map((run) => run && new Map([...versionsOf(run)].map(([key, texts]) => [key, cellOf(texts.join('\n'))]))),
  );
}

function versionsOf({ inputs }: Run): ReadonlyMap<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const { name, context, digest, sourceType } of inputs) {
    const key = context ? `${name} (${context})` : name;
    versions.set(key, [...(versions.get(key) ?? []), `${digest} from ${sourceType}`].sort());
  }
  return versions;
}

function cellsBy<T>(entries: Iterable<readonly [string, T]>, cell: (value: T) => Cell): ReadonlyMap<string, Cell> {
  return new Map([...entries].map(([key, value]) => [key, cell(value)]));
}

export function overviewRows(runs: Runs, names: Names): readonly CompareRow[] {
  return overviewFields.map(([key, read]) => ({
    key,
    cells: runs.map((run) => run && read(run, names)),
    direction: null,
  }));
}

const clientCommit = 'mlflow.source.git.commit';

const overviewFields: readonly (readonly [key: string, read: (run: Run, names: Names) => Cell])[] = [
  ['State', (run) => cellOf(`${stateWord(run.state)}${run.deletedAt === null ? '' : ', deleted'}`)],
  ['Why', (run) => cellOf(run.detail)],
  ['Project', (run, { projects }) => cellOf(projects.get(run.projectId) ?? run.projectId)],
  ['Experiment', (run, { experiments }) => cellOf(experiments.get(run.experimentId) ?? run.experimentId)],
  ['Made by', (run) => cellOf(run.createdBy.name)],
  ['Started', (run) => (run.startedAt === null ? cellOf(null) : cellOf(run.startedAt, formatTime(run.startedAt)))],
  ['Duration', (run) => durationCell(durationOf(run))],
  ['Cost', (run, { currency }) => (run.launched ? cellOf(run.cost, formatMoney(run.cost, currency)) : cellOf(null))],
  ['Command', (run) => cellOf(run.command)],
  ['Commit', (run) => commitCell(run)],
  ['Environment', (run) => cellOf(run.environmentId && `${run.environmentId} revision ${run.environmentRevision}`)],
  ['Tier', (run) => cellOf(run.tierId)],
];

function durationCell(duration: number | null): Cell {
  return duration === null ? cellOf(null) : cellOf(duration, formatDuration(duration));
}

function commitCell({ commit, code, tags }: Run): Cell {
  const known = commit ?? tags[clientCommit] ?? null;
  return cellOf(known, known === null ? '' : `${known.slice(0, 8)}${code?.dirty ? ' and changes' : ''}`);
}
