/** The event log for auditors: searched and written out, over all of it and so on a thread of its own. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { AuditFilter } from '../../../protocol/model/audit.ts';
import type { AuditQuery } from '../../domain/governance/ports.ts';
import type { Row, SqlValue } from './connection.ts';
import type { ChainRow } from './eventChain.ts';
import type { Session } from './session.ts';
import { events } from './sqliteEventStore.ts';

export function auditSearch(session: Session, query: AuditQuery): readonly FlywheelEvent[] {
  const { where, values } = conditions(query);
  const before = query.before ?? Number.MAX_SAFE_INTEGER;
  const sql = `SELECT ${events.select} FROM events WHERE clock < ?${where} ORDER BY clock DESC LIMIT ?`;
  return session.query<Row>(sql, [before, ...values, query.limit]).map((row) => events.read(row));
}

/** Oldest first, one a line. */
export function auditLines(
  session: Session,
  query: AuditQuery,
): { readonly lines: readonly string[]; readonly to: number } {
  const { where, values } = conditions(query);
  const sql = `SELECT clock, at, type, actor, subject, detail, hash FROM events WHERE clock > ?${where} ORDER BY clock LIMIT ?`;
  const rows = session.arrays<ChainRow>(sql, [query.after ?? 0, ...values, query.limit]);
  return { lines: rows.map(lineOf), to: rows.at(-1)?.[0] ?? 0 };
}

/** Subject and detail stay as they were hashed. */
function lineOf([clock, at, type, actor, subject, detail, hash]: ChainRow): string {
  const head = JSON.stringify({ clock, at, time: new Date(at).toISOString(), type }).slice(0, -1);
  return `${head},"actor":${actor ?? 'null'},"subject":${subject},"detail":${detail},"hash":"${hash}"}\n`;
}

function conditions({ actorId, object, types, from, to }: AuditFilter) {
  const parts: (readonly [string, SqlValue])[] = [];
  if (actorId === 'server') parts.push(['(actor IS NULL) = ?', 1]);
  else if (actorId !== undefined) parts.push([`? IN (actor ->> '$.id', actor ->> '$.tokenMaker.id')`, actorId]);
  if (object !== undefined)
    parts.push(['EXISTS (SELECT 1 FROM json_each(subject) WHERE CAST(value AS TEXT) = ?)', object]);
  if (types !== undefined) parts.push(['type IN (SELECT value FROM json_each(?))', JSON.stringify(types)]);
  if (from !== undefined) parts.push(['at >= ?', from]);
  if (to !== undefined) parts.push(['at < ?', to]);
  return { where: parts.map(([text]) => ` AND ${text}`).join(''), values: parts.map(([, value]) => value) };
}
