/** What of a repeated run is the same, what is not, and what nobody can tell: as a list. */
import { css, html } from 'lit';
import type { Difference, Sameness } from '../../../protocol/model/reproduction.ts';
import { type IconName, icon } from '../../ui/icon.ts';
import { marked } from '../../ui/name.ts';

export const differenceStyles = css`
  .verdicts { list-style: none; margin: 0; padding: 0; }
  .verdicts li { display: grid; grid-template-columns: 16px 8em minmax(0, 1fr); gap: 8px; padding: 4px 0; align-items: start; }
  .verdicts svg.icon { margin-top: 1px; }
  .verdicts .text { overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .verdicts .what { text-transform: capitalize; }
  .verdicts .same svg.icon { color: var(--fw-good); }
  .verdicts .differs svg.icon { color: var(--fw-warn); }
  .verdicts .blocks svg.icon { color: var(--fw-bad); }
  .verdicts .unknown svg.icon { color: var(--fw-dim); }
`;

const looks: Readonly<Record<Difference['kind'] | 'same', readonly [icon: IconName, word: string]>> = {
  same: ['check', 'the same'],
  differs: ['warning', 'differs'],
  blocks: ['error', 'prevents it'],
  unknown: ['question', 'cannot be told'],
};

export function differenceList(differences: readonly Difference[], same: readonly Sameness[] = []) {
  const order = { blocks: 0, differs: 1, unknown: 2 } as const;
  const sorted = [...differences].sort((a, b) => order[a.kind] - order[b.kind]);
  return html`<ul class="verdicts">
    ${sorted.map(({ kind, what, text, remedy }) => item(kind, what, html`${marked(text)}${remedy ? html` <span class="dim">${marked(remedy)}</span>` : ''}`))}
    ${same.map(({ what, text }) => item('same', what, marked(text)))}
  </ul>`;
}

function item(kind: keyof typeof looks, what: string, text: unknown) {
  const [picture, word] = looks[kind];
  return html`<li class=${kind}>${icon(picture, word)}<span class="what">${what}</span><span class="text">${text}</span></li>`;
}
