/** Page tokens: opaque to clients, an offset to us. */
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

/** What comes after a page: its token, or nothing at the end. */
export function nextToken(page: { readonly offset: number; readonly length: number; readonly total: number }) {
  const next = page.offset + page.length;
  return page.length > 0 && next < page.total ? tokenAt(next) : undefined;
}

function readOffset(token: string): number | null {
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as { readonly offset?: unknown };
    return typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0 ? offset : null;
  } catch {
    return null;
  }
}
