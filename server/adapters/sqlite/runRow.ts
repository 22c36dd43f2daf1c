/** How a run and its launch lie in their two tables. */
import type { RunChange, StoredLaunch, StoredRun } from '../../domain/runs/ports.ts';
import type { Row } from './connection.ts';
import { type Column, flag, json, plain, Table } from './table.ts';

/** Experiments have numbers in the database and decimal text outside. */
export function experimentNumber(id: string): number {
  return /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id) : -1;
}

const experimentColumn: Column<string> = {
  name: 'experiment_id',
  encode: experimentNumber,
  decode: (value) => String(value),
};

/** The request id lies with the run, where it can be unique within the project. */
export type RunRecord = Omit<StoredRun, 'launch'> & { readonly requestId: string | null };
export type LaunchRecord = Omit<StoredLaunch, 'requestId'>;

export const runTable = new Table<RunRecord>('runs', {
  id: plain('id'),
  projectId: plain('project_id'),
  experimentId: experimentColumn,
  name: plain('name'),
  note: plain('note'),
  state: plain('state'),
  reason: plain('reason'),
  detail: plain('detail'),
  launched: flag('launched'),
  requestId: plain('request_id'),
  createdById: plain('created_by_id'),
  createdByName: plain('created_by_name'),
  createdAt: plain('created_at'),
  startedAt: plain('started_at'),
  endedAt: plain('ended_at'),
  deletedAt: plain('deleted_at'),
  exitCode: plain('exit_code'),
  usage: json('usage'),
});

export const launchTable = new Table<LaunchRecord & { readonly run: number }>('launches', {
  run: plain('run'),
  command: plain('command'),
  parameters: json('parameters'),
  environmentId: plain('environment_id'),
  environmentRevision: plain('environment_revision'),
  tierId: plain('tier_id'),
  backend: plain('backend'),
  pricePerHour: plain('price_per_hour'),
  priority: plain('priority'),
  code: json('code'),
  artifacts: json('artifacts'),
  handle: plain('handle'),
  stopRequestedAt: plain('stop_requested_at'),
  stopRequestedById: plain('stop_requested_by_id'),
  stopReason: plain('stop_reason'),
});

/** For queries that join both; columns of the two do not share a name. */
export const runColumns = `${runTable.select}, ${launchTable.select}`;
export const runTables = 'runs LEFT JOIN launches ON launches.run = runs.number';

export function toRun(row: Row): StoredRun {
  const { requestId, ...run } = runTable.read(row);
  if (row.run === null) return { ...run, launch: null };
  const { run: _number, ...launch } = launchTable.read(row);
  return { ...run, launch: { ...launch, requestId } };
}

/** The change of the run's own table. */
export function runChange({ launch: _launch, ...change }: RunChange): Partial<RunRecord> {
  return change;
}
