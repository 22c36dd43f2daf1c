/** Keys of metrics, parameters and tags: each text is stored once and has a number. */
import { DomainError } from '../../domain/shared/errors.ts';
import type { Session } from './session.ts';

const sql = {
  find: 'SELECT id FROM names WHERE text = ?',
  insert: 'INSERT INTO names (text) VALUES (?)',
  run: 'SELECT number FROM runs WHERE id = ?',
} as const;

/** Null when nobody ever used this key: then nothing can match it. */
export function findName(session: Session, text: string): number | null {
  return session.get<{ id: number }>(sql.find, text)?.id ?? null;
}

export function internName(session: Session, text: string): number {
  return findName(session, text) ?? session.insert(sql.insert, text);
}

export function findRun(session: Session, runId: string): number | null {
  return session.get<{ number: number }>(sql.run, runId)?.number ?? null;
}

export function runNumber(session: Session, runId: string): number {
  const number = findRun(session, runId);
  if (number === null) throw new DomainError('not-found', `There is no run "${runId}"`, { field: 'runId' });
  return number;
}
