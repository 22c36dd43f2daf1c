/** Where a list of runs goes on: opaque to clients, refused when it is not one of ours. Pure. */
import { DomainError } from '../shared/errors.ts';

export type RunPosition = { readonly createdAt: number; readonly id: string };

export function toCursor({ createdAt, id }: RunPosition): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

export function fromCursor(cursor: string): RunPosition {
  const parts = /^(\d{1,16}) ([\w-]{1,256})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (parts?.[1] !== undefined && parts[2] !== undefined) return { createdAt: Number(parts[1]), id: parts[2] };
  throw new DomainError('invalid-page-token', 'This is no position in a list of runs.', {
    field: 'cursor',
    remedy: 'Begin the list anew.',
  });
}
