/**
 * The one way in which panels show a name from outside: set apart, so that it
 * cannot reverse its surroundings, with a visible mark for each character that
 * nobody would see. For attributes and options there is `spellOut`.
 */
import { html, type TemplateResult } from 'lit';
import { partsOf } from '../../protocol/spellOut.ts';

export { spellOut } from '../../protocol/spellOut.ts';

export function name(text: string): TemplateResult {
  return html`<bdi>${marked(text)}</bdi>`;
}

/** The same without a box around it, for text that stands in a block of its own. */
export function marked(text: string): unknown {
  const parts = partsOf(text);
  if (parts.every((part) => !part.hidden)) return text;
  return parts.map((part) =>
    part.hidden ? html`<span class="hidden-sign" title="A character that is not shown">${part.text}</span>` : part.text,
  );
}
