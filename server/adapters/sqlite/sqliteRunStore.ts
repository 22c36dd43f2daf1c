/** Runs in SQLite: what the server keeps of them. What clients log is in the tracking store. */
import type { CodeRef, RunState } from '../../../protocol/model/run.ts';
import type { RunChange, RunStore, StoredRun } from '../../domain/runs/ports.ts';
import type { Row, SqlValue } from './connection.ts';
import { launchTable, runChange, runColumns, runTable, runTables, toRun } from './runRow.ts';
import type { Session } from './session.ts';

const sql = {
  run: `SELECT ${runColumns} FROM ${runTables} WHERE runs.id = ?`,
  runsOf: `SELECT ${runColumns} FROM json_each(?) AS wanted CROSS JOIN ${runTables} WHERE runs.id = wanted.value
    ORDER BY wanted.key`,
  byRequest: `SELECT ${runColumns} FROM ${runTables} WHERE runs.project_id = ? AND runs.request_id = ?`,
  number: 'SELECT number FROM runs WHERE id = ?',
  unfinished: `SELECT ${runColumns} FROM ${runTables}
    WHERE runs.launched = 1 AND runs.ended_at IS NULL AND runs.state IN ('queued', 'preparing', 'starting', 'running')
    ORDER BY launches.priority DESC, runs.created_at, runs.number`,
  launchedCode: `SELECT runs.id AS id, runs.created_at AS createdAt, launches.code AS code
    FROM runs JOIN launches ON launches.run = runs.number
    WHERE runs.project_id = ? AND (runs.created_at, runs.id) > (?, ?) ORDER BY runs.created_at, runs.id LIMIT ?`,
} as const;

type RunsQuery = Parameters<RunStore['runs']>[0];
type LaunchedCodeQuery = Parameters<RunStore['launchedCode']>[0];

export class SqliteRunStore implements RunStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async run(id: string): Promise<StoredRun | null> {
    const row = this.#session.get<Row>(sql.run, id);
    return row ? toRun(row) : null;
  }

  async runsOf(ids: readonly string[]): Promise<readonly StoredRun[]> {
    return this.#session.all<Row>(sql.runsOf, JSON.stringify(ids)).map(toRun);
  }

  async runByRequest(projectId: string, requestId: string): Promise<StoredRun | null> {
    const row = this.#session.get<Row>(sql.byRequest, projectId, requestId);
    return row ? toRun(row) : null;
  }

  async insertRun({ launch, ...run }: StoredRun): Promise<void> {
    const number = runTable.insert(this.#session, { ...run, requestId: launch?.requestId ?? null });
    if (!launch) return;
    const { requestId: _requestId, ...record } = launch;
    launchTable.insert(this.#session, { ...record, run: number });
  }

  async updateRun(id: string, change: RunChange): Promise<void> {
    runTable.update(this.#session, runChange(change), { column: 'id', is: id });
    if (!change.launch) return;
    const number = this.#session.get<{ number: number }>(sql.number, id)?.number ?? -1;
    launchTable.update(this.#session, change.launch, { column: 'run', is: number });
  }

  async runs(query: RunsQuery): Promise<readonly StoredRun[]> {
    return this.#session.all<Row>(listSql(query), ...listValues(query)).map(toRun);
  }

  async unfinished(): Promise<readonly StoredRun[]> {
    return this.#session.all<Row>(sql.unfinished).map(toRun);
  }

  async launchedCode({ projectId, after, limit }: LaunchedCodeQuery): ReturnType<RunStore['launchedCode']> {
    const values = [projectId, after.createdAt, after.id, limit] as const;
    const rows = this.#session.all<{ id: string; createdAt: number; code: string }>(sql.launchedCode, ...values);
    return rows.map(({ id, createdAt, code }) => ({ id, createdAt, code: JSON.parse(code) as CodeRef }));
  }
}

/** One of eight constant texts: lists travel as one JSON value each. */
function listSql(query: RunsQuery): string {
  const where = ['runs.deleted_at IS NULL'];
  if (query.projectIds) where.push('runs.project_id IN (SELECT value FROM json_each(?))');
  if (query.states) where.push('runs.state IN (SELECT value FROM json_each(?))');
  if (query.before) where.push('(runs.created_at, runs.id) < (?, ?)');
  return `SELECT ${runColumns} FROM ${runTables} WHERE ${where.join(' AND ')}
    ORDER BY runs.created_at DESC, runs.id DESC LIMIT ?`;
}

function listValues(query: RunsQuery): SqlValue[] {
  const list = (values: readonly (string | RunState)[]) => JSON.stringify(values);
  return [
    ...(query.projectIds ? [list(query.projectIds)] : []),
    ...(query.states ? [list(query.states)] : []),
    ...(query.before ? [query.before.createdAt, query.before.id] : []),
    query.limit,
  ];
}
