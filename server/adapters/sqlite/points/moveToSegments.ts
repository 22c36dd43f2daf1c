/** Moves the points of the first schema, a row each, into segments. Within the migration's own transaction. */
import type { Connection } from '../connection.ts';
import { Session } from '../session.ts';
import { type Point, toColumns } from './columns.ts';
import { toPoint } from './rows.ts';
import { extendSeries, type Series, seriesById, writeSeries } from './seriesRow.ts';

const sql = {
  series: 'SELECT id FROM series ORDER BY id',
  points: 'SELECT step, timestamp, nan, value FROM points WHERE series = ? ORDER BY step, timestamp, nan, value',
} as const;

/** So many points are in memory at once. */
const atOnce = 50_000;

export function moveToSegments(connection: Connection): void {
  const session = new Session(connection, 'write');
  for (const { id } of session.all<{ readonly id: number }>(sql.series)) moveSeries(session, id);
  connection.exec('DROP TABLE points');
}

type Row = Parameters<typeof toPoint>[0];

/** The row of a series is made anew from its points, which it did not tell everything of. */
function moveSeries(session: Session, id: number): void {
  let series = emptied(session, id);
  let points: Point[] = [];
  const flush = () => {
    if (points.length === 0 || series === null) return;
    extendSeries(session, series, toColumns(points));
    series = seriesById(session, id);
    points = [];
  };
  for (const row of session.stream<Row>(sql.points, id)) {
    points.push(toPoint(row));
    if (points.length === atOnce) flush();
  }
  flush();
}

function emptied(session: Session, id: number): Series | null {
  const series = seriesById(session, id);
  if (series === null) return null;
  const empty = { ...series, points: 0, first: null, latest: null, low: null, high: null };
  writeSeries(session, empty);
  return empty;
}
