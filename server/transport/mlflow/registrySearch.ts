/** What the two searches of the registry take: a filter, an order, a page; and how prompts are kept out of them. */
import * as z from 'zod';
import { promptTag, type RegistryQuery } from '../../domain/models/ports.ts';
import type { SearchTarget } from '../../domain/tracking/filter/columns.ts';
import { parseFilter, parseOrdering } from '../../domain/tracking/filter/parseFilter.ts';
import type { Comparison } from '../../domain/tracking/ports.ts';
import { anyText, integer, optional } from './fields.ts';
import { offsetOf, tokenAt } from './pageToken.ts';

type Page = Omit<RegistryQuery, 'projectIds'>;

export function registryPage(of: { readonly target: SearchTarget; readonly usual: number; readonly most: number }) {
  const { target, usual, most } = of;
  return z
    .object({
      filter: optional(anyText),
      max_results: optional(integer.refine((count) => count >= 1 && count <= most, `from 1 to ${most}`)),
      order_by: optional(z.array(anyText)),
      page_token: optional(anyText),
    })
    .transform(({ filter = '', max_results, order_by = [], page_token }): Page => {
      const orderBy = order_by.map((item) => parseOrdering(item, target));
      const page = { orderBy, offset: offsetOf(page_token), limit: max_results ?? usual };
      return { ...page, ...withoutPrompts(parseFilter(filter, target)) };
    });
}

/** The token of the next page, when one more was found than asked for. */
export function nextOf({ offset, limit }: Page, found: number): string | undefined {
  return found > limit ? tokenAt(offset + limit) : undefined;
}

/**
 * Prompts are registered models with a tag, and no search shows them unless it
 * names that tag. That a model is no prompt is said in two ways, and holds for
 * those that have no such tag at all.
 */
function withoutPrompts(where: readonly Comparison[]): Pick<Page, 'where' | 'prompts'> {
  const named = where.filter(({ column }) => column.entity === 'tag' && column.key === promptTag);
  if (named.length === 0) return { where, prompts: 'hidden' };
  const denials = new Set(named.filter(isDenial));
  return { where: where.filter((each) => !denials.has(each)), prompts: denials.size > 0 ? 'hidden' : 'shown' };
}

function isDenial({ operator, value }: Comparison): boolean {
  return (operator === '!=' && value === 'true') || (operator === '=' && value === 'false');
}
