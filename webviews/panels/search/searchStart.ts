/** What stands before anything is asked: the last searches, and what can be written. */
import { html, nothing } from 'lit';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';

const examples: readonly (readonly [string, string])[] = [
  ['gradient boosting', 'both words; the last one may be only begun'],
  ['"early stopping"', 'words in a row, as they stand'],
  ['DataFrame or data_frame', 'parts of names in code are words too'],
  ['churn*', 'whatever begins so'],
  ['kind:notebook lang:python', 'of one kind, in one language'],
  ['project:churn owner:ada', 'by project and by person'],
  ['metric:accuracy>0.9', 'runs whose last value is so'],
  ['loss -kind:run', 'a minus leaves out'],
];

export function searchStart(recent: readonly string[], search: (text: string) => void) {
  return html`<div class="start">
    ${
      recent.length === 0
        ? nothing
        : html`<h2>Last searches</h2>
      <ul>${recent.map((text) => html`<li><button class="plain" title=${spellOut(text)} @click=${() => search(text)}>${icon('clock')}<span class="cut">${name(text)}</span></button></li>`)}</ul>`
    }
    <h2>What can be written</h2>
    <table><tbody>${examples.map(([text, meaning]) => html`<tr><td class="mono">${text}</td><td class="dim">${meaning}</td></tr>`)}</tbody></table>
  </div>`;
}
