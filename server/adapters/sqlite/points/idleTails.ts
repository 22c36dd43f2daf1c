/**
 * Makes segments of tails that nobody adds to any more: a point in the tail
 * takes three times the space. It looks now and then, and a tail that has not
 * grown between two looks is idle. What it does not get to waits for the next.
 */
import type { Session } from '../session.ts';
import { sealTail, worthSegment } from './addPoints.ts';
import { seriesById, writeSeries } from './seriesRow.ts';

const sql = `SELECT id, points FROM series INDEXED BY series_with_tail WHERE tail >= ${worthSegment} LIMIT ?`;

/** So many are looked at, and so many sealed, that nobody waits long behind it. */
const atOnce = { seen: 5000, sealed: 100 };

export class IdleTails {
  #seen: ReadonlyMap<number, number> = new Map();

  /** One unit of work; answers how many it sealed. */
  seal(session: Session): number {
    const tails = session.all<{ readonly id: number; readonly points: number }>(sql, atOnce.seen);
    const idle = tails.filter(({ id, points }) => this.#seen.get(id) === points).slice(0, atOnce.sealed);
    for (const { id } of idle) {
      const series = seriesById(session, id);
      if (series) writeSeries(session, { ...series, ...sealTail(session, series) });
    }
    this.#seen = new Map(tails.map(({ id, points }) => [id, points]));
    return idle.length;
  }
}
