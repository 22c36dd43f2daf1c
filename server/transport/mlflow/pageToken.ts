/** Page tokens: opaque to clients, an offset to us. */
import { createHash } from 'node:crypto';
import { MlflowError } from './mlflowError.ts';

export function offsetOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  const offset = readOffset(token);
  if (offset !== null) return offset;
  throw new MlflowError('INVALID_PARAMETER_VALUE', `Invalid page token: '${token.slice(0, 100)}'`);
}

export function tokenAt(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64url');
}

/**
 * Tokens of searches whose query may not change between pages: with another
 * one the same offset would mean other rows.
 */
export function offsetWithin(query: unknown, token: string | undefined): number {
  const offset = offsetOf(token);
  if (token && readQuery(token) !== digestOf(query)) {
    throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid page token: it is of another search.');
  }
  return offset;
}

export function tokenWithin(query: unknown, offset: number): string {
  return Buffer.from(JSON.stringify({ offset, query: digestOf(query) })).toString('base64url');
}

function digestOf(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url');
}

/** What comes after a page: its token, or nothing at the end. */
export function nextToken(page: { readonly offset: number; readonly length: number; readonly total: number }) {
  const next = page.offset + page.length;
  return page.length > 0 && next < page.total ? tokenAt(next) : undefined;
}

function readOffset(token: string): number | null {
  const { offset } = readToken(token);
  return typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0 ? offset : null;
}

function readQuery(token: string): unknown {
  return readToken(token).query;
}

/** Whatever a client sends: nothing of it is trusted to be there. */
function readToken(token: string): { readonly offset?: unknown; readonly query?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))) as object;
  } catch {
    return {};
  }
}
