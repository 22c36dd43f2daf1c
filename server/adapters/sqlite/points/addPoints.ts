/**
 * Where new points of a series go. Segments never overlap: points that come in
 * order are appended, late ones are put into the segment that they belong into.
 * Few points wait in the tail; loose pieces become full segments once they are
 * enough. Points that are there already are not added again. All of a call is
 * one unit of work of its caller.
 */
import type { Session } from '../session.ts';
import { type Columns, comparePoints, concat, firstOf, indexFrom, merge, type Point, slice } from './columns.ts';
import {
  addToTail,
  clearTail,
  deleteSegments,
  insertSegment,
  lastSegment,
  lastSegments,
  pointsIn,
  type Segment,
  segmentsAt,
  tailOf,
} from './rows.ts';

/** How far a series is filled. Loose points lie in the tail or in segments that are not full, all at its end. */
export type Filling = { readonly loose: number; readonly tail: number };
export type Target = Filling & { readonly id: number; readonly latest: Point | null };
export type Outcome = Filling & { readonly added: number };

/** From here on a segment is full; none becomes twice as long. */
const full = 1000;
/** Fewer points are cheaper as rows. */
export const worthSegment = 16;

export function addPoints(session: Session, series: Target, columns: Columns): Outcome {
  if (series.latest === null || comparePoints(firstOf(columns), series.latest) > 0) {
    return append(session, series, columns);
  }
  const last = lastSegment(session, series.id);
  if (last === null || comparePoints(firstOf(columns), last.last) > 0) return append(session, series, columns);
  return insert(session, series, columns);
}

/** Makes a segment of a tail that is worth one. */
export function sealTail(session: Session, series: Target): Filling {
  insertSegment(session, series.id, tailOf(session, series.id));
  clearTail(session, series.id);
  return { loose: series.loose, tail: 0 };
}

/** Points after the last segment; the tail may overlap them. */
function append(session: Session, series: Target, columns: Columns): Outcome {
  const { length } = columns.steps;
  if (series.loose + length >= full) return mergeLoose(session, series, columns);
  if (length < worthSegment) {
    const added = addToTail(session, series.id, columns);
    return { added, loose: series.loose + added, tail: series.tail + added };
  }
  const fresh = series.tail === 0 ? columns : merge(tailOf(session, series.id), columns);
  if (series.tail > 0) clearTail(session, series.id);
  insertSegment(session, series.id, fresh);
  const added = fresh.steps.length - series.tail;
  return { added, loose: series.loose + added, tail: 0 };
}

/** Puts all that is loose together with these, as one piece or as full segments. */
function mergeLoose(session: Session, series: Target, columns: Columns): Outcome {
  const segments = lastSegments(session, series.id, series.loose - series.tail);
  const known = concat([...segments.map((each) => pointsIn(session, each)), tailOf(session, series.id)]);
  const merged = merge(known, columns);
  const added = merged.steps.length - known.steps.length;
  if (added === 0) return { added, loose: series.loose, tail: series.tail };
  deleteSegments(session, segments);
  if (series.tail > 0) clearTail(session, series.id);
  writeSegments(session, series.id, merged);
  return { added, loose: merged.steps.length < full ? merged.steps.length : 0, tail: 0 };
}

function writeSegments(session: Session, series: number, columns: Columns): void {
  const { length } = columns.steps;
  const pieces = Math.max(1, Math.floor(length / full));
  for (let piece = 0; piece < pieces; piece += 1) {
    const [from, to] = [piece, piece + 1].map((edge) => Math.round((edge * length) / pieces));
    insertSegment(session, series, slice(columns, from as number, to as number));
  }
}

/** Points of which some come before the end of the last segment. */
function insert(session: Session, series: Target, columns: Columns): Outcome {
  let rest = columns;
  let inserted = 0;
  while (rest.steps.length > 0) {
    const [segment, next] = segmentsAt(session, series.id, firstOf(rest));
    if (!segment || segment.n < full) return and(inserted, mergeLoose(session, series, rest));
    const end = next ? indexFrom(rest, next.first) : indexFrom(rest, segment.last, 'after');
    // What comes after the last full segment is the matter of the loose end.
    if (end === 0) return and(inserted, append(session, series, rest));
    inserted += mergeInto(session, series.id, { segment, columns: slice(rest, 0, end) });
    rest = slice(rest, end, rest.steps.length);
  }
  return { added: inserted, loose: series.loose, tail: series.tail };
}

function and(inserted: number, outcome: Outcome): Outcome {
  return { ...outcome, added: outcome.added + inserted };
}

type Late = { readonly segment: Segment; readonly columns: Columns };

function mergeInto(session: Session, series: number, { segment, columns }: Late): number {
  const known = pointsIn(session, segment);
  const merged = merge(known, columns);
  const added = merged.steps.length - known.steps.length;
  if (added === 0) return 0;
  deleteSegments(session, [segment]);
  writeSegments(session, series, merged);
  return added;
}
