/** Budgets, quotas and what counts against them, in SQLite. */
import type {
  BudgetStore,
  Hold,
  HoldVerdict,
  Reservation,
  SinceQuery,
  StoredBudget,
  StoredQuota,
} from '../../domain/costs/ports.ts';
import type { Row } from './connection.ts';
import { runNumber } from './names.ts';
import type { Session } from './session.ts';
import { plain, Table } from './table.ts';

const budgets = new Table<StoredBudget>('budgets', {
  id: plain('id'),
  kind: plain('kind'),
  subjectId: plain('subject'),
  period: plain('period'),
  amount: plain('amount'),
  enforcement: plain('enforcement'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
  toldPercent: plain('told_percent'),
  toldPeriod: plain('told_period'),
});

const quotas = new Table<StoredQuota>('quotas', {
  kind: plain('kind'),
  subjectId: plain('subject'),
  concurrentRuns: plain('concurrent_runs'),
  gpuHours: plain('gpu_hours'),
});

const whose: Readonly<Record<StoredBudget['kind'], string>> = {
  project: 'runs.project_id = ?1',
  person: 'runs.created_by_id = ?1',
  group: 'runs.created_by_id IN (SELECT user_id FROM group_members WHERE group_id = ?1)',
};

const perHour = 3_600_000;
const ranFrom = 'launches.price_per_hour * max(0, ifnull(runs.ended_at, ?3) - max(runs.started_at, ?2))';
/** Both ways into the runs of a period read one index: what ended in it, and what has not ended. */
const inPeriod = `runs.launched = 1 AND runs.started_at IS NOT NULL AND (runs.ended_at > ?2 OR runs.ended_at IS NULL)`;

const spentSql = (kind: StoredBudget['kind']) => `
  SELECT ifnull(sum(${ranFrom}), 0) / ${perHour} AS money FROM runs JOIN launches ON launches.run = runs.number
  WHERE ${inPeriod} AND ${whose[kind]}`;

const soFar = 'launches.price_per_hour * ifnull(?1 - runs.started_at, 0)';
const reservations = `
  SELECT runs.id AS runId, runs.project_id AS projectId, runs.created_by_id AS personId,
    max(0, reserves.cost - ${soFar} / ${perHour}) AS money
  FROM runs JOIN launches ON launches.run = runs.number JOIN reserves ON reserves.run = runs.number
    LEFT JOIN holds ON holds.run = runs.number
  WHERE runs.launched = 1 AND runs.ended_at IS NULL AND runs.state IN ('queued', 'preparing', 'starting', 'running')
    AND (holds.state IS NULL OR holds.state <> 'waiting')`;

const gpuSql = (kind: StoredBudget['kind']) => `
  SELECT ifnull(sum(reserves.gpus * max(0, ifnull(runs.ended_at, ?3) - max(runs.started_at, ?2))), 0) / ${perHour} AS hours
  FROM runs JOIN reserves ON reserves.run = runs.number WHERE ${inPeriod} AND ${whose[kind]}`;

const sql = {
  budgets: `SELECT ${budgets.select} FROM budgets ORDER BY created_at, id`,
  delete: 'DELETE FROM budgets WHERE id = ?',
  reserve: 'INSERT INTO reserves (run, cost, gpus) VALUES (?, ?, ?)',
  reserved: 'SELECT cost FROM reserves JOIN runs ON runs.number = reserves.run WHERE runs.id = ?',
  hold: `INSERT INTO holds (run, state, reason, asked_at, note) VALUES (?, 'waiting', ?, ?, '')`,
  waiting: `SELECT runs.id AS runId, holds.reason, holds.asked_at AS askedAt, ifnull(reserves.cost, 0) AS cost
    FROM holds JOIN runs ON runs.number = holds.run LEFT JOIN reserves ON reserves.run = holds.run
    WHERE holds.state = 'waiting' AND runs.ended_at IS NULL ORDER BY holds.asked_at, holds.run`,
  decide: 'UPDATE holds SET state = ?, decided_by_id = ?, decided_at = ?, note = ? WHERE run = ?',
  quotas: `SELECT ${quotas.select} FROM quotas ORDER BY kind, subject`,
  deleteQuota: 'DELETE FROM quotas WHERE kind = ? AND subject = ?',
} as const;

export class SqliteBudgetStore implements BudgetStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async budgets(): Promise<readonly StoredBudget[]> {
    return this.#session.all<Row>(sql.budgets).map((row) => budgets.read(row));
  }

  async putBudget(budget: StoredBudget): Promise<void> {
    this.#session.run(sql.delete, budget.id);
    budgets.insert(this.#session, budget);
  }

  async deleteBudget(id: string): Promise<void> {
    this.#session.run(sql.delete, id);
  }

  async spentSince({ kind, subjectId, from, now }: SinceQuery): Promise<number> {
    return this.#session.get<{ money: number }>(spentSql(kind), subjectId, from, now)?.money ?? 0;
  }

  async reservations(now: number): Promise<readonly Reservation[]> {
    return this.#session.all<Reservation>(reservations, now).map((row) => ({ ...row }));
  }

  async reserve(runId: string, { cost, gpus }: { readonly cost: number; readonly gpus: number }): Promise<void> {
    this.#session.run(sql.reserve, runNumber(this.#session, runId), cost, gpus);
  }

  async reservedFor(runId: string): Promise<number> {
    return this.#session.get<{ cost: number }>(sql.reserved, runId)?.cost ?? 0;
  }

  async hold(runId: string, hold: { readonly reason: string; readonly askedAt: number }): Promise<void> {
    this.#session.run(sql.hold, runNumber(this.#session, runId), hold.reason, hold.askedAt);
  }

  async waiting(): Promise<readonly Hold[]> {
    return this.#session.all<Hold>(sql.waiting).map((hold) => ({ ...hold }));
  }

  async decide(runId: string, { state, byId, at, note }: HoldVerdict): Promise<void> {
    this.#session.run(sql.decide, state, byId, at, note, runNumber(this.#session, runId));
  }

  async quotas(): Promise<readonly StoredQuota[]> {
    return this.#session.all<Row>(sql.quotas).map((row) => quotas.read(row));
  }

  async putQuota(quota: StoredQuota): Promise<void> {
    this.#session.run(sql.deleteQuota, quota.kind, quota.subjectId);
    if (quota.concurrentRuns !== null || quota.gpuHours !== null) quotas.insert(this.#session, quota);
  }

  async gpuHours({ kind, subjectId, from, now }: SinceQuery): Promise<number> {
    return this.#session.get<{ hours: number }>(gpuSql(kind), subjectId, from, now)?.hours ?? 0;
  }
}
