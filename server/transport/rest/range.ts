/** Reads a Range header with one range of bytes; null for none, or for what we answer as a whole. */
import { DomainError } from '../../domain/shared/errors.ts';

export type ByteRange = { readonly from: number; readonly bytes: number };

export function readRange(header: string | undefined, total: number): ByteRange | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, total - Number(last)) : Number(first);
  const to = first === '' || last === '' ? total - 1 : Math.min(Number(last), total - 1);
  if (from > to) throw new DomainError('invalid-input', `The file has ${total} bytes`, { field: 'Range' });
  return { from, bytes: to - from + 1 };
}
