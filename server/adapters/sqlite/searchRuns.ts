/**
 * Searches for runs: a page in order, and how many there are. Along an index
 * the runs with a value are read until the page is full; only at their end
 * are those without one looked for.
 */
import type { Cell, FoundRuns, RunCursor, RunQuery, RunSelection } from '../../domain/tracking/ports.ts';
import { KeptOrders } from './keptOrders.ts';
import { afterSql, fromSql, orderSql, orderTerms } from './runOrder.ts';
import { type Plan, planAll, planFromRuns, planPage } from './runPlan.ts';
import { isEmptySelection, SelectedRuns } from './runSelection.ts';
import type { Session } from './session.ts';

/** What a run was ordered by, then its id, which is the last thing that it is ordered by. */
type OrderedRow = readonly Cell[];
type Part = {
  readonly plan: Plan;
  readonly after: RunCursor | null;
  readonly offset: number;
  readonly limit: number;
  /** Only what has no value in the first ordering. */
  readonly rest?: boolean;
  /** Only these runs. */
  readonly numbers?: readonly number[];
};

export function searchRuns(session: Session, query: RunQuery): FoundRuns {
  if (isEmptySelection(session, query)) return { runIds: [], next: null };
  const numbers = session.keeper(KeptOrders).numbersOf(session, query);
  const rows = numbers === null ? findRows(session, query) : rowsOf(session, query, numbers);
  const shown = rows.slice(0, query.limit);
  return {
    runIds: shown.map((row) => String(row.at(-1))),
    next: rows.length > query.limit ? (shown.at(-1) ?? null) : null,
  };
}

/** One more than asked for tells whether there is a next page. */
function findRows(session: Session, query: RunQuery): readonly OrderedRow[] {
  const { offset, after = null } = query;
  const plan = planPage(session, query);
  const part = { plan, after, offset, limit: query.limit + 1 };
  const isAlong = plan.drive.kind === 'order' || plan.drive.kind === 'attribute';
  return isAlong ? alongIndex(session, query, part) : pageOf(session, query, part);
}

/** Of a page whose runs are known. */
function rowsOf(session: Session, query: RunQuery, numbers: readonly number[]): readonly OrderedRow[] {
  return pageOf(session, query, { plan: planFromRuns, after: null, offset: 0, limit: numbers.length, numbers });
}

export function countRuns(session: Session, selection: RunSelection): number {
  if (isEmptySelection(session, selection)) return 0;
  return countFrom(session, selection, planAll(session, selection));
}

function countFrom(session: Session, selection: RunSelection, plan: Plan): number {
  const runs = new SelectedRuns(session, selection, plan);
  const [row] = session.query<{ total: number }>(`SELECT count(*) AS total ${runs.body()}`, runs.bindings.values);
  return row?.total ?? 0;
}

function alongIndex(session: Session, query: RunQuery, part: Part): readonly OrderedRow[] {
  const { after, offset, limit } = part;
  const without = { plan: planFromRuns, rest: true };
  if (after !== null && after[0] !== 0) return pageOf(session, query, { ...part, ...without });
  const numbers = pageOf(session, query, part);
  if (numbers.length >= limit) return numbers;
  const passed = numbers.length > 0 || offset === 0 ? offset : countFrom(session, query, part.plan);
  const left = { after: null, offset: Math.max(0, offset - passed), limit: limit - numbers.length };
  return [...numbers, ...pageOf(session, query, { ...without, ...left })];
}

function pageOf(session: Session, query: RunQuery, part: Part): readonly OrderedRow[] {
  const runs = new SelectedRuns(session, query, part.plan);
  const { bindings } = runs;
  const terms = orderTerms(query, part.plan.drive, runs.columns);
  if (part.rest) runs.add(`${terms[0]?.sql} > 0`);
  if (part.numbers !== undefined) runs.add(`runs.number IN ${bindings.bindList(part.numbers)}`);
  if (part.after !== null)
    runs.add(`${fromSql(terms, part.after, bindings)} AND ${afterSql(terms, part.after, bindings)}`);
  const range = `LIMIT ${bindings.bind(part.limit)} OFFSET ${bindings.bind(part.offset)}`;
  const sql = `SELECT ${terms.map((term) => term.sql).join(', ')} ${runs.body()} ${orderSql(terms)} ${range}`;
  return session.arrays<OrderedRow>(sql, bindings.values);
}
