/** One metric of one run: its row with what is known of its points as a whole. A value of NaN is NULL in it. */
import type { Session } from '../session.ts';
import { addPoints, type Filling, type Outcome } from './addPoints.ts';
import { type Columns, comparePoints, firstOf, lastOf, type Point } from './columns.ts';

type Extreme = { readonly value: number; readonly step: number };

export type Series = Filling & {
  readonly id: number;
  readonly points: number;
  /** By the order of reading; null before the first point. */
  readonly first: Point | null;
  readonly latest: Point | null;
  /** Of the finite values, with the first step that has it. */
  readonly low: Extreme | null;
  readonly high: Extreme | null;
};

type Row = Filling & {
  readonly id: number;
  readonly points: number;
  readonly value: number | null;
  readonly step: number;
  readonly timestamp: number;
  readonly first: number | null;
  readonly first_step: number;
  readonly first_timestamp: number;
  readonly low: number | null;
  readonly low_step: number;
  readonly high: number | null;
  readonly high_step: number;
};

const columns = `id, points, value, step, timestamp, first, first_step, first_timestamp, low, low_step, high, high_step,
  loose, tail`;
const sql = {
  one: `SELECT ${columns} FROM series WHERE run = ? AND name = ?`,
  byId: `SELECT ${columns} FROM series WHERE id = ?`,
  insert: 'INSERT INTO series (run, name, step, timestamp, points) VALUES (?, ?, 0, 0, 0)',
  update: `UPDATE series SET points = ?, value = ?, step = ?, timestamp = ?, first = ?, first_step = ?,
    first_timestamp = ?, low = ?, low_step = ?, high = ?, high_step = ?, loose = ?, tail = ? WHERE id = ?`,
} as const;

function toSeries(row: Row): Series {
  const { id, points, step, timestamp, loose, tail } = row;
  const isEmpty = points === 0;
  const first = { step: row.first_step, timestamp: row.first_timestamp, value: row.first ?? Number.NaN };
  return {
    id,
    points,
    first: isEmpty ? null : first,
    latest: isEmpty ? null : { step, timestamp, value: row.value ?? Number.NaN },
    low: row.low === null ? null : { value: row.low, step: row.low_step },
    high: row.high === null ? null : { value: row.high, step: row.high_step },
    loose,
    tail,
  };
}

export function findSeries(session: Session, run: number, name: number): Series | null {
  const row = session.get<Row>(sql.one, run, name);
  return row ? toSeries(row) : null;
}

export function seriesById(session: Session, id: number): Series | null {
  const row = session.get<Row>(sql.byId, id);
  return row ? toSeries(row) : null;
}

export function openSeries(session: Session, run: number, name: number): Series {
  const known = findSeries(session, run, name);
  if (known) return known;
  const id = session.insert(sql.insert, run, name);
  return { id, points: 0, first: null, latest: null, low: null, high: null, loose: 0, tail: 0 };
}

/** Adds points and keeps the row true to them. */
export function extendSeries(session: Session, series: Series, points: Columns): void {
  const outcome = addPoints(session, series, points);
  if (outcome.added > 0) writeSeries(session, grown(series, points, outcome));
}

/** Those that were there already are within what is known, and change nothing. */
function grown(series: Series, points: Columns, { added, loose, tail }: Outcome): Series {
  const [first, last] = [firstOf(points), lastOf(points)];
  const { low, high } = extremes(series, points);
  return {
    id: series.id,
    points: series.points + added,
    first: series.first === null || comparePoints(first, series.first) < 0 ? first : series.first,
    latest: series.latest === null || comparePoints(last, series.latest) > 0 ? last : series.latest,
    low,
    high,
    loose,
    tail,
  };
}

function extremes(series: Series, { steps, values }: Columns): Pick<Series, 'low' | 'high'> {
  let { low, high } = series;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) continue;
    const step = steps[index] as number;
    if (low === null || isBeyond(low, step, low.value - value)) low = { value, step };
    if (high === null || isBeyond(high, step, value - high.value)) high = { value, step };
  }
  return { low, high };
}

/** Of equal values the one with the first step counts. */
function isBeyond(known: Extreme, step: number, by: number): boolean {
  return by > 0 || (by === 0 && step < known.step);
}

export function writeSeries(session: Session, series: Series): void {
  const { id, points, first, latest, low, high, loose, tail } = series;
  session.run(
    sql.update,
    points,
    latest?.value ?? null,
    latest?.step ?? 0,
    latest?.timestamp ?? 0,
    first?.value ?? null,
    first?.step ?? null,
    first?.timestamp ?? null,
    low?.value ?? null,
    low?.step ?? null,
    high?.value ?? null,
    high?.step ?? null,
    loose,
    tail,
    id,
  );
}
