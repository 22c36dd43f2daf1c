/** What was found, counted: a click narrows the search to it or widens it again. */
import { html, nothing } from 'lit';
import type { SearchFacet, SearchKind, SearchResult } from '../../../protocol/model/search.ts';
import { formatCount } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { hasFilter, toggleFilter, writeFilter } from './filters.ts';
import { kindLooks } from './kinds.ts';

const shown = 8;

export function facetLists({ facets }: SearchResult, text: string, search: (text: string) => void) {
  const list = (title: string, field: string, items: readonly SearchFacet[]) =>
    items.length === 0
      ? nothing
      : html`<section><h2>${title}</h2>${items.slice(0, shown).map((item) => facetButton(item, { field, text, search }))}</section>`;
  return html`<aside aria-label="Narrow the search">
    ${list('Project', 'project', facets.projects)}${list('Language', 'lang', facets.langs)}${list('Person', 'owner', facets.owners)}
  </aside>`;
}

type Narrowing = { readonly field: string; readonly text: string; readonly search: (text: string) => void };

function facetButton({ value, label, count }: SearchFacet, { field, text, search }: Narrowing) {
  const filter = writeFilter(field, value);
  return html`<button class="plain" aria-pressed=${String(hasFilter(text, filter))} title=${spellOut(label)} @click=${() => search(toggleFilter(text, filter))}>
    <span class="cut">${name(label)}</span><span class="count">${formatCount(count)}</span>
  </button>`;
}

/** Kinds stand in one order, with what nothing was found of left out unless it is chosen. */
export function kindChips(
  result: SearchResult | undefined,
  chosen: readonly SearchKind[],
  choose: (kinds: readonly SearchKind[]) => void,
) {
  const counts = new Map((result?.facets.kinds ?? []).map(({ value, count }) => [value, count]));
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const kinds = (Object.keys(kindLooks) as SearchKind[]).filter((kind) => counts.has(kind) || chosen.includes(kind));
  if (kinds.length === 0) return nothing;
  return html`<div class="kinds" role="group" aria-label="Kind">
    <button class="plain" aria-pressed=${String(chosen.length === 0)} @click=${() => choose([])}>All <span class="count">${formatCount(all)}</span></button>
    ${kinds.map((kind) => {
      const isChosen = chosen.includes(kind);
      const next = isChosen ? chosen.filter((each) => each !== kind) : [...chosen, kind];
      return html`<button class="plain" aria-pressed=${String(isChosen)} @click=${() => choose(next)}>${kindLooks[kind].many} <span class="count">${formatCount(counts.get(kind) ?? 0)}</span></button>`;
    })}
  </div>`;
}
