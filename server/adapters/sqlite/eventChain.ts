/** Whether the links of the event log hold: each event's hash is to follow from the one before. */
import type { AuditLinks, AuditRange } from '../../domain/governance/ports.ts';
import { chainStart, eventHash } from './eventHash.ts';
import type { Session } from './session.ts';

/** Position, time, type, actor, subject, detail and hash, as they lie in the table. */
export type ChainRow = readonly [number, number, string, string | null, string, string, string];

const links = `SELECT clock, at, type, actor, subject, detail, hash FROM events WHERE clock > ? ORDER BY clock LIMIT ?`;

/** Goes on where an earlier range ended; the first range takes the oldest event that is left as it is. */
export function auditLinks(session: Session, { after, hash, limit }: AuditRange): AuditLinks {
  let previous: Link | null = hash === null ? null : { clock: after, hash };
  let checked = 0;
  for (const row of session.stream<ChainRow>(links, after, limit)) {
    const [clock, , , , , , stored] = row;
    if (!follows(previous, row)) return { checked, ...reached(previous, { clock: 0, hash: null }), broken: clock };
    previous = { clock, hash: stored };
    checked += 1;
  }
  return { checked, ...reached(previous, { clock: after, hash }), broken: null };
}

type Link = { readonly clock: number; readonly hash: string };

function reached(link: Link | null, start: { readonly clock: number; readonly hash: string | null }) {
  const { clock: after, hash } = link ?? start;
  return { after, hash };
}

/** What was pruned is not missed: the oldest event that is left has nothing before it to follow from. */
function follows(previous: Link | null, [clock, at, type, actor, subject, detail, stored]: ChainRow): boolean {
  const expected = eventHash(previous?.hash ?? chainStart, { clock, at, type, actor, subject, detail });
  if (previous === null) return clock > 1 || stored === expected;
  return clock === previous.clock + 1 && stored === expected;
}
