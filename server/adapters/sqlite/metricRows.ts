/**
 * Metric points in SQLite, clustered by series in reading order, with one
 * summary row a series. This file alone knows how points are laid out, so that
 * another layout replaces it and nothing else.
 */
import { type MetricSummary, toMetricValue } from '../../../protocol/model/metric.ts';
import type { MetricPoint, TrackingStore } from '../../domain/tracking/ports.ts';
import { findName, findRun, internName, runNumber } from './names.ts';
import { reduceCurve } from './reduceCurve.ts';
import type { Session } from './session.ts';

/** Points inserted by one statement: the cost is the call, not the row. */
const block = 50;
const insertPoints = (count: number) =>
  `INSERT OR IGNORE INTO points (series, step, timestamp, nan, value) VALUES ${'(?, ?, ?, ?, ?), '.repeat(count).slice(0, -2)}`;

const pointColumns = 'step, timestamp, nan, value';
const inRange = 'series = ? AND step BETWEEN ? AND ?';
const inOrder = 'ORDER BY step, timestamp, nan, value';
const sql = {
  series: 'SELECT id, value, step, timestamp, points, low, high FROM series WHERE run = ? AND name = ?',
  insertSeries: 'INSERT INTO series (run, name, step, timestamp, points) VALUES (?, ?, 0, 0, 0)',
  updateSeries: 'UPDATE series SET value = ?, step = ?, timestamp = ?, points = ?, low = ?, high = ? WHERE id = ?',
  insertBlock: insertPoints(block),
  insertOne: insertPoints(1),
  page: `SELECT ${pointColumns} FROM points WHERE series = ? ${inOrder} LIMIT ? OFFSET ?`,
  count: `SELECT count(*) AS total FROM points WHERE ${inRange}`,
  range: `SELECT ${pointColumns} FROM points WHERE ${inRange} ${inOrder}`,
} as const;

export type SummaryRow = {
  readonly key: string;
  readonly value: number | null;
  readonly step: number;
  readonly timestamp: number;
  readonly points: number;
  readonly low: number | null;
  readonly high: number | null;
};
type SeriesRow = Omit<SummaryRow, 'key'> & { readonly id: number };
type PointRow = readonly [step: number, timestamp: number, nan: number, value: number];
type Point = Omit<MetricPoint, 'key'>;

export function toSummary(row: SummaryRow): MetricSummary {
  return {
    key: row.key,
    latest: toMetricValue(row.value ?? Number.NaN),
    step: row.step,
    timestamp: row.timestamp,
    count: row.points,
    min: row.low,
    max: row.high,
  };
}

function toPoint([step, timestamp, nan, value]: PointRow): Point {
  return { step, timestamp, value: nan === 1 ? Number.NaN : value };
}

export function logMetrics(session: Session, runId: string, points: readonly MetricPoint[]): void {
  const run = runNumber(session, runId);
  for (const [key, ofKey] of Map.groupBy(points, (point) => point.key)) {
    const series = openSeries(session, run, internName(session, key));
    const added = addPoints(session, series.id, ofKey);
    if (added > 0) writeSummary(session, series.id, grow(series, ofKey, added));
  }
}

function openSeries(session: Session, run: number, name: number): SeriesRow {
  const known = session.get<SeriesRow>(sql.series, run, name);
  if (known) return known;
  const id = session.insert(sql.insertSeries, run, name);
  return { id, value: null, step: 0, timestamp: 0, points: 0, low: null, high: null };
}

/** Answers how many were new. */
function addPoints(session: Session, series: number, points: readonly Point[]): number {
  const whole = points.length - (points.length % block);
  let added = 0;
  for (let at = 0; at < whole; at += block) {
    added += session.run(sql.insertBlock, ...points.slice(at, at + block).flatMap((point) => toValues(series, point)));
  }
  for (const point of points.slice(whole)) added += session.run(sql.insertOne, ...toValues(series, point));
  return added;
}

function toValues(series: number, { step, timestamp, value }: Point): readonly number[] {
  return Number.isNaN(value) ? [series, step, timestamp, 1, 0] : [series, step, timestamp, 0, value];
}

/** The summary after these points; those that were there already change nothing. */
function grow(series: SeriesRow, points: readonly Point[], added: number): SeriesRow {
  const known: Point = { step: series.step, timestamp: series.timestamp, value: series.value ?? Number.NaN };
  const latest = points.reduce((a, b) => (isLater(b, a) ? b : a), series.points === 0 ? (points[0] ?? known) : known);
  const finite = points.map((point) => point.value).filter(Number.isFinite);
  return {
    ...series,
    step: latest.step,
    timestamp: latest.timestamp,
    value: latest.value,
    points: series.points + added,
    low: extreme(Math.min, series.low, finite),
    high: extreme(Math.max, series.high, finite),
  };
}

function extreme(
  choose: (a: number, b: number) => number,
  known: number | null,
  values: readonly number[],
): number | null {
  return values.reduce<number | null>((a, b) => (a === null ? b : choose(a, b)), known);
}

/** By (step, timestamp, value), NaN above all numbers: the order in which points are stored. */
function isLater(a: Point, b: Point): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return Number.isNaN(a.value) ? !Number.isNaN(b.value) : a.value > b.value;
}

function writeSummary(session: Session, id: number, row: Omit<SeriesRow, 'id'>): void {
  session.run(sql.updateSeries, row.value, row.step, row.timestamp, row.points, row.low, row.high, id);
}

function findSeries(session: Session, runId: string, key: string): SeriesRow | null {
  const run = findRun(session, runId);
  const name = findName(session, key);
  if (run === null || name === null) return null;
  return session.get<SeriesRow>(sql.series, run, name) ?? null;
}

type Page = { readonly offset: number; readonly limit: number };

export function history(
  session: Session,
  metric: { readonly runId: string; readonly key: string },
  page: Page,
): MetricPoint[] {
  const series = findSeries(session, metric.runId, metric.key);
  if (!series) return [];
  const rows = session.stream<PointRow>(sql.page, series.id, page.limit, page.offset);
  return Array.from(rows, (row) => ({ key: metric.key, ...toPoint(row) }));
}

type ReducedQuery = Parameters<TrackingStore['reducedHistory']>[0];
type Curves = Awaited<ReturnType<TrackingStore['reducedHistory']>>;

/** A curve for each run and key that has points at all. */
export function reducedHistory(session: Session, query: ReducedQuery): Curves {
  return query.runIds.flatMap((runId) =>
    query.keys.flatMap((key) => {
      const series = findSeries(session, runId, key);
      return series ? [{ runId, key, ...curve(session, series.id, query) }] : [];
    }),
  );
}

function curve(session: Session, series: number, query: ReducedQuery): Omit<Curves[number], 'runId' | 'key'> {
  const range = [series, query.fromStep ?? -Number.MAX_VALUE, query.toStep ?? Number.MAX_VALUE] as const;
  const total = session.get<{ total: number }>(sql.count, ...range)?.total ?? 0;
  const points = Iterator.from(session.stream<PointRow>(sql.range, ...range)).map(toPoint);
  const kept = reduceCurve(points, { total, maxPoints: query.maxPoints });
  return {
    steps: kept.map((point) => point.step),
    timestamps: kept.map((point) => point.timestamp),
    values: kept.map((point) => toMetricValue(point.value)),
    total,
  };
}
