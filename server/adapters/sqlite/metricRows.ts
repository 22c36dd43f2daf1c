/**
 * What clients log of metrics and what is read of it again: from keys of runs
 * to series. How the points of a series lie is known below `points/` alone.
 */
import { type MetricSummary, toMetricValue } from '../../../protocol/model/metric.ts';
import type { HistoryPage, MetricPoint, MetricSeries, TrackingStore } from '../../domain/tracking/ports.ts';
import { findName, findRun, internName, runNumber } from './names.ts';
import { type Columns, ordered, toColumns } from './points/columns.ts';
import { type Range, readPage, readStretches } from './points/readPoints.ts';
import { extendSeries, findSeries, openSeries, type Series } from './points/seriesRow.ts';
import { reduceCurve } from './reduceCurve.ts';
import type { Session } from './session.ts';

export type SummaryRow = {
  readonly key: string;
  readonly value: number | null;
  readonly step: number;
  readonly timestamp: number;
  readonly points: number;
  readonly low: number | null;
  readonly high: number | null;
};

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

export function logMetrics(session: Session, runId: string, points: readonly MetricPoint[]): void {
  const run = runNumber(session, runId);
  for (const [key, ofKey] of Map.groupBy(points, (point) => point.key)) extend(session, { run, key }, toColumns(ofKey));
}

export function logSeries(session: Session, runId: string, series: readonly MetricSeries[]): void {
  const run = runNumber(session, runId);
  for (const { key, ...columns } of series) extend(session, { run, key }, ordered(columns));
}

function extend(session: Session, { run, key }: { run: number; key: string }, columns: Columns): void {
  extendSeries(session, openSeries(session, run, internName(session, key)), columns);
}

function seriesOf(session: Session, runId: string, key: string): Series | null {
  const run = findRun(session, runId);
  const name = findName(session, key);
  return run === null || name === null ? null : findSeries(session, run, name);
}

export function history(
  session: Session,
  metric: { readonly runId: string; readonly key: string },
  page: HistoryPage,
): MetricPoint[] {
  const series = seriesOf(session, metric.runId, metric.key);
  if (!series) return [];
  return readPage(session, series.id, page).map((point) => ({ key: metric.key, ...point }));
}

type ReducedQuery = Parameters<TrackingStore['reducedHistory']>[0];
type Curves = Awaited<ReturnType<TrackingStore['reducedHistory']>>;

/** A curve for each run and key that has points at all. */
export function reducedHistory(session: Session, query: ReducedQuery): Curves {
  return query.runIds.flatMap((runId) =>
    query.keys.flatMap((key) => {
      const series = seriesOf(session, runId, key);
      return series ? [{ runId, key, ...curve(session, series.id, query) }] : [];
    }),
  );
}

function curve(session: Session, series: number, query: ReducedQuery): Omit<Curves[number], 'runId' | 'key'> {
  const range: Range = [query.fromStep ?? Number.NEGATIVE_INFINITY, query.toStep ?? Number.POSITIVE_INFINITY];
  const { total, stretches } = readStretches(session, series, range);
  const kept = reduceCurve(stretches, { total, maxPoints: query.maxPoints });
  return {
    steps: kept.map((point) => point.step),
    timestamps: kept.map((point) => point.timestamp),
    values: kept.map((point) => toMetricValue(point.value)),
    total,
  };
}
