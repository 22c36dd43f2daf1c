/**
 * Values of many runs, column by column, for charts. Of more runs than asked
 * for it takes those whose numbers come first after a multiplicative hash:
 * the same ones each time, and even over the ages of the runs.
 */
import type { Cell, RunTable, ValuesQuery } from '../../domain/tracking/ports.ts';
import { toCell } from './cell.ts';
import { planAll } from './runPlan.ts';
import { isEmptySelection, SelectedRuns } from './runSelection.ts';
import { countRuns } from './searchRuns.ts';
import type { Session } from './session.ts';

const scattered = '(runs.number * 2654435761) % 4294967296';

export function tabulateRuns(session: Session, query: ValuesQuery): RunTable {
  if (isEmptySelection(session, query))
    return { runIds: [], names: [], columns: query.columns.map(() => []), total: 0 };
  const rows = readRows(session, query);
  const total = rows.length < query.limit ? rows.length : countChosen(session, query);
  return {
    runIds: rows.map(([id]) => String(id)),
    names: rows.map(([, name]) => String(name)),
    columns: query.columns.map((_, index) => rows.map((row) => toCell(row[2 + index]))),
    total,
  };
}

function chosen(session: Session, query: ValuesQuery): SelectedRuns {
  const runs = new SelectedRuns(session, query, planAll(session, query));
  if (query.runIds !== undefined) runs.add(`runs.id IN ${runs.bindings.bindList(query.runIds)}`);
  return runs;
}

function countChosen(session: Session, query: ValuesQuery): number {
  if (query.runIds === undefined) return countRuns(session, query);
  const runs = chosen(session, query);
  const [row] = session.query<{ total: number }>(`SELECT count(*) AS total ${runs.body()}`, runs.bindings.values);
  return row?.total ?? 0;
}

function readRows(session: Session, query: ValuesQuery): readonly (readonly Cell[])[] {
  const runs = chosen(session, query);
  const cells = query.columns.map((column) => runs.columns.join(column).cell);
  const taken = takenRuns(session, query);
  if (taken !== null) runs.add(`runs.number IN ${runs.bindings.bindList(taken)}`);
  const sql = `SELECT ${['runs.id', 'runs.name', ...cells].join(', ')} ${runs.body()} ORDER BY runs.created_at DESC, runs.id`;
  return session.arrays<readonly Cell[]>(sql, runs.bindings.values);
}

/** Numbers of the runs to show; null for all. */
function takenRuns(session: Session, query: ValuesQuery): readonly number[] | null {
  const runs = chosen(session, query);
  const { bindings } = runs;
  const sql = `SELECT runs.number ${runs.body()} ORDER BY ${scattered} LIMIT ${bindings.bind(query.limit + 1)}`;
  const numbers = session.arrays<readonly number[]>(sql, bindings.values).map(([number]) => number ?? 0);
  return numbers.length > query.limit ? numbers.slice(0, query.limit) : null;
}
