/**
 * Points of a series in reading order: its segments, then its tail. A segment
 * is opened only where somebody looks into it.
 */

import type { HistoryPage } from '../../../domain/tracking/ports.ts';
import type { Stretch } from '../reduceCurve.ts';
import type { Session } from '../session.ts';
import { type Columns, comparePoints, emptyColumns, indexFrom, type Point, pointAt, slice } from './columns.ts';
import { pointsIn, type Segment, segmentsInSteps, segmentsOf, tailOf } from './rows.ts';

export type Range = readonly [from: number, to: number];

export type Curve = { readonly total: number; readonly stretches: readonly Stretch<Point>[] };

/** A segment that lies within what is asked as a whole, or the points of one that does not. */
type Piece = Segment | Columns;

function isSegment(piece: Piece): piece is Segment {
  return 'id' in piece;
}

function lengthOf(piece: Piece): number {
  return isSegment(piece) ? piece.n : piece.steps.length;
}

function opened(session: Session, piece: Piece): Columns {
  return isSegment(piece) ? pointsIn(session, piece) : piece;
}

function* pointsOf(columns: Columns): Iterable<Point> {
  for (let index = 0; index < columns.steps.length; index += 1) yield pointAt(columns, index);
}

export function readPage(session: Session, series: number, { after, offset, limit }: HistoryPage): readonly Point[] {
  const points: Point[] = [];
  let at = 0;
  for (const whole of [...segmentsOf(session, series), tailOf(session, series)]) {
    const piece = after === undefined ? whole : partAfter(session, whole, after);
    const length = lengthOf(piece);
    const from = Math.max(0, offset - at);
    const to = Math.min(length, offset + limit - at);
    if (from < to) points.push(...pointsOf(slice(opened(session, piece), from, to)));
    at += length;
  }
  return points;
}

function partAfter(session: Session, piece: Piece, point: Point): Piece {
  if (isSegment(piece) && comparePoints(piece.first, point) > 0) return piece;
  if (isSegment(piece) && comparePoints(piece.last, point) <= 0) return emptyColumns(0);
  const columns = opened(session, piece);
  return slice(columns, indexFrom(columns, point, 'after'), columns.steps.length);
}

/** What has steps in the range, both ends included, and how many points that is. */
export function readStretches(session: Session, series: number, range: Range): Curve {
  const pieces: Piece[] = segmentsInSteps(session, series, range).map((segment) =>
    isWithin(segment, range) ? segment : cut(pointsIn(session, segment), range),
  );
  const filled = [...pieces, cut(tailOf(session, series), range)].filter((piece) => lengthOf(piece) > 0);
  return {
    total: filled.reduce((sum, piece) => sum + lengthOf(piece), 0),
    stretches: filled.map((piece) => ({
      length: lengthOf(piece),
      summary: isSegment(piece) ? summaryOf(piece) : null,
      open: () => pointsOf(opened(session, piece)),
    })),
  };
}

function summaryOf({ first, low, high }: Segment): readonly Point[] {
  if (low === null || high === null) return [first];
  return comparePoints(low, high) <= 0 ? [low, high] : [high, low];
}

function isWithin({ first, last }: Segment, [from, to]: Range): boolean {
  return first.step >= from && last.step <= to;
}

function cut(columns: Columns, [from, to]: Range): Columns {
  const { steps } = columns;
  let [start, end] = [0, steps.length];
  while (start < end && (steps[start] as number) < from) start += 1;
  while (end > start && (steps[end - 1] as number) > to) end -= 1;
  return slice(columns, start, end);
}
