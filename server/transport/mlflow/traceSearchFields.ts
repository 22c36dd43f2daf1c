/** What a search for traces is asked by, and the tokens of its pages: a place to go on from, for one order alone. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { TracePosition } from '../../domain/traces/ports.ts';
import { parseFilter, parseOrdering } from '../../domain/tracking/filter/parseFilter.ts';
import { traceTarget } from '../../domain/tracking/filter/traceTarget.ts';
import { anyText, integer, optional } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { location } from './traceFields.ts';

const searchLimits = { page: 500, locations: 100, orders: 10 } as const;

export const locations = z.array(location).max(searchLimits.locations);

export const searchedFields = z.object({
  locations,
  filter: optional(anyText),
  max_results: optional(
    integer.refine((count) => count > 0 && count <= searchLimits.page, `from 1 to ${searchLimits.page}`),
  ),
  order_by: optional(z.array(anyText).max(searchLimits.orders)),
  page_token: optional(anyText),
});

const token = z.object({
  order: z.string(),
  at: z.array(z.union([z.string(), z.number(), z.null()])),
});

export function tokenOf(at: TracePosition, orderBy: readonly string[]): string {
  return Buffer.from(JSON.stringify({ order: digest(orderBy), at })).toString('base64url');
}

export function placeOf(given: string | undefined, orderBy: readonly string[]): TracePosition | null {
  if (given === undefined || given === '') return null;
  const read = readToken(given);
  // Two values for each order, and the time and id that end it.
  if (read !== null && read.order === digest(orderBy) && read.at.length === 2 * orderBy.length + 2) return read.at;
  throw new MlflowError('INVALID_PARAMETER_VALUE', `Invalid page token: '${given.slice(0, 100)}'`);
}

function readToken(given: string): z.infer<typeof token> | null {
  try {
    return token.parse(JSON.parse(Buffer.from(given, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}

function digest(orderBy: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(orderBy)).digest('base64url').slice(0, 16);
}

/** A filter of traces, parsed. */
export function traceFilter(text: string) {
  return parseFilter(text, traceTarget);
}

export function traceOrder(items: readonly string[]) {
  return items.map((item) => parseOrdering(item, traceTarget));
}
