/** How points and segments lie in their two tables: the only place that names the columns of these. */
import type { SqlValue } from '../connection.ts';
import type { Session } from '../session.ts';
import { type Columns, emptyColumns, firstOf, lastOf, type Point, pointAt } from './columns.ts';
import { decodeSegment, encodeSegment } from './segmentCodec.ts';

/** Where a value is, NaN as a flag, since SQLite has none. */
type Place = readonly [step: number, timestamp: number, nan: number, value: number];

export function toPlace({ step, timestamp, value }: Point): Place {
  return Number.isNaN(value) ? [step, timestamp, 1, 0] : [step, timestamp, 0, value];
}

export function toPoint([step, timestamp, nan, value]: Place): Point {
  return { step, timestamp, value: nan === 1 ? Number.NaN : value };
}

/** What is known of a segment without opening its blob. Both extremes are null when all values are NaN. */
export type Segment = {
  readonly id: number;
  readonly n: number;
  readonly first: Point;
  readonly last: Point;
  readonly low: Point | null;
  readonly high: Point | null;
};

type Header = readonly [
  id: number,
  n: number,
  ...first: Place,
  ...last: Place,
  ...low: readonly [step: number, timestamp: number, value: number | null],
  ...high: readonly [step: number, timestamp: number, value: number | null],
];

const header = `id, n, step, timestamp, nan, value, last_step, last_timestamp, last_nan, last_value,
  low_step, low_timestamp, low, high_step, high_timestamp, high`;
const place = '(step, timestamp, nan, value)';
const backwards = 'ORDER BY step DESC, timestamp DESC, nan DESC, value DESC';
const forwards = 'ORDER BY step, timestamp, nan, value';

const sql = {
  all: `SELECT ${header} FROM segments WHERE series = ? ${forwards}`,
  last: `SELECT ${header} FROM segments WHERE series = ? ${backwards} LIMIT 1`,
  at: `SELECT ${header} FROM segments WHERE series = ? AND ${place} <= (?, ?, ?, ?) ${backwards} LIMIT 1`,
  first: `SELECT ${header} FROM segments WHERE series = ? ${forwards} LIMIT 1`,
  after: `SELECT ${header} FROM segments WHERE series = ? AND ${place} > (?, ?, ?, ?) ${forwards} LIMIT 1`,
  backwards: `SELECT ${header} FROM segments WHERE series = ? ${backwards}`,
  inSteps: `SELECT ${header} FROM segments WHERE series = ? AND step <= ? AND last_step >= ? ${forwards}`,
  data: 'SELECT codec, data FROM segments WHERE id = ?',
  insert: `INSERT INTO segments (series, step, timestamp, nan, value, last_step, last_timestamp, last_nan, last_value,
    low_step, low_timestamp, low, high_step, high_timestamp, high, n, codec, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  delete: 'DELETE FROM segments WHERE id = ?',
  tail: `SELECT step, timestamp, nan, value FROM tail WHERE series = ? ${forwards}`,
  addToTail: 'INSERT OR IGNORE INTO tail (series, step, timestamp, nan, value) VALUES (?, ?, ?, ?, ?)',
  clearTail: 'DELETE FROM tail WHERE series = ?',
} as const;

function toSegment(row: Header): Segment {
  const [id, n, step, timestamp, nan, value, lastStep, lastTimestamp, lastNan, lastValue, ...extremes] = row;
  const [lowStep, lowTimestamp, low, highStep, highTimestamp, high] = extremes;
  return {
    id,
    n,
    first: toPoint([step, timestamp, nan, value]),
    last: toPoint([lastStep, lastTimestamp, lastNan, lastValue]),
    low: low === null ? null : { step: lowStep, timestamp: lowTimestamp, value: low },
    high: high === null ? null : { step: highStep, timestamp: highTimestamp, value: high },
  };
}

function read(session: Session, text: string, ...values: readonly SqlValue[]): readonly Segment[] {
  return Array.from(session.stream<Header>(text, ...values), toSegment);
}

export function segmentsOf(session: Session, series: number): readonly Segment[] {
  return read(session, sql.all, series);
}

export function lastSegment(session: Session, series: number): Segment | null {
  return read(session, sql.last, series)[0] ?? null;
}

/** The last segments of a series in order, as many as hold this many points. */
export function lastSegments(session: Session, series: number, points: number): readonly Segment[] {
  const found: Segment[] = [];
  let left = points;
  if (left === 0) return found;
  for (const row of session.stream<Header>(sql.backwards, series)) {
    found.push(toSegment(row));
    left -= row[1];
    if (left <= 0) break;
  }
  return found.reverse();
}

/** The one that a point belongs into, and the one after it: points before the first belong into the first. */
export function segmentsAt(session: Session, series: number, point: Point): readonly (Segment | undefined)[] {
  const [at = read(session, sql.first, series)[0]] = read(session, sql.at, series, ...toPlace(point));
  return at ? [at, read(session, sql.after, series, ...toPlace(at.first))[0]] : [];
}

/** Those with points in a range of steps. */
export function segmentsInSteps(session: Session, series: number, [from, to]: readonly [number, number]) {
  return read(session, sql.inSteps, series, to, from);
}

export function pointsIn(session: Session, { id, n }: Segment): Columns {
  const row = session.get<{ readonly codec: number; readonly data: Uint8Array }>(sql.data, id);
  if (!row) throw new Error(`segment ${id} is gone`);
  return decodeSegment(row, n);
}

export function insertSegment(session: Session, series: number, columns: Columns): void {
  const { codec, data } = encodeSegment(columns);
  const { low, high } = extremes(columns);
  session.insert(
    sql.insert,
    series,
    ...toPlace(firstOf(columns)),
    ...toPlace(lastOf(columns)),
    ...(low === null ? [null, null, null] : [low.step, low.timestamp, low.value]),
    ...(high === null ? [null, null, null] : [high.step, high.timestamp, high.value]),
    columns.steps.length,
    codec,
    data,
  );
}

export function deleteSegments(session: Session, segments: readonly Segment[]): void {
  for (const { id } of segments) session.run(sql.delete, id);
}

export function tailOf(session: Session, series: number): Columns {
  const rows = Array.from(session.stream<Place>(sql.tail, series));
  const columns = emptyColumns(rows.length);
  for (const [index, [step, timestamp, nan, value]] of rows.entries()) {
    columns.steps[index] = step;
    columns.timestamps[index] = timestamp;
    columns.values[index] = nan === 1 ? Number.NaN : value;
  }
  return columns;
}

/** Answers how many were not there. */
export function addToTail(session: Session, series: number, columns: Columns): number {
  let added = 0;
  for (let index = 0; index < columns.steps.length; index += 1) {
    added += session.run(sql.addToTail, series, ...toPlace(pointAt(columns, index)));
  }
  return added;
}

export function clearTail(session: Session, series: number): void {
  session.run(sql.clearTail, series);
}

/** The first of the lowest and the first of the highest, infinities among them. */
function extremes(columns: Columns): Pick<Segment, 'low' | 'high'> {
  const { values } = columns;
  const start = values.findIndex((value) => !Number.isNaN(value));
  if (start === -1) return { low: null, high: null };
  let [low, high] = [start, start];
  for (let index = start + 1; index < values.length; index += 1) {
    const value = values[index] as number;
    if (value < (values[low] as number)) low = index;
    else if (value > (values[high] as number)) high = index;
  }
  return { low: pointAt(columns, low), high: pointAt(columns, high) };
}
