/**
 * Page tokens of a search for runs: opaque to clients, to us what the last run
 * was ordered by. A later page begins behind that run, however many others
 * have come in between. A token leads on in its own search only.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { RunCursor } from '../../domain/tracking/ports.ts';
import { MlflowError } from './mlflowError.ts';

/** What must be the same from page to page. */
type Search = {
  readonly experimentIds: readonly string[];
  readonly filter: string;
  readonly orderBy: readonly string[];
  readonly view: string;
};

/** JSON has no infinite numbers. */
const number = z.union([z.number(), z.object({ infinite: z.enum(['-', '+']) })]);
const token = z.object({ search: z.string(), after: z.array(z.union([number, z.string(), z.null()])).max(100) });
type Written = z.infer<typeof token>['after'][number];

export function writeRunToken(after: RunCursor | null, search: Search): string | undefined {
  if (after === null) return undefined;
  const written: z.infer<typeof token> = { search: digestOf(search), after: after.map(write) };
  return Buffer.from(JSON.stringify(written)).toString('base64url');
}

export function readRunToken(text: string | undefined, search: Search): RunCursor | null {
  if (text === undefined || text === '') return null;
  const read = parse(text);
  if (read === null) throw new MlflowError('INVALID_PARAMETER_VALUE', `Invalid page token: '${text.slice(0, 100)}'`);
  if (read.search === digestOf(search)) return read.after.map(toCell);
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    'Invalid page token: it is of a search with another filter, order or list of experiments. Search again without it.',
  );
}

function parse(text: string): z.infer<typeof token> | null {
  try {
    return token.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function digestOf({ experimentIds, filter, orderBy, view }: Search): string {
  const text = JSON.stringify([experimentIds.toSorted(), filter, orderBy, view]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function write(value: RunCursor[number]): Written {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return { infinite: value < 0 ? '-' : '+' };
}

function toCell(value: Written): RunCursor[number] {
  if (typeof value !== 'object' || value === null) return value;
  return value.infinite === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
