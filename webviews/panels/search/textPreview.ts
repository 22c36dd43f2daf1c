/** The text around a line of a file that was found, fetched when it is first shown. */
import { html, type PropertyValues } from 'lit';
import type { SearchText } from '../../../protocol/model/search.ts';
import { Resource } from '../../state/resource.ts';
import { marked } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { searchStyles } from './searchStyles.ts';

/** A page of very many lines is slow to lay out, and what matters is near. */
const around = 300;

export class TextPreview extends PanelPart {
  static override properties = { ...PanelPart.properties, hitId: {}, line: { type: Number } };
  declare hitId: string;
  declare line: number;
  static override styles = [base, stateStyles, searchStyles];

  readonly #text = new Resource<SearchText>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.search.read({ id: this.hitId }, { signal }),
    isStale: () => false,
  });

  override render() {
    const { value, failure } = this.#text;
    if (failure !== undefined) return problem(failure);
    if (!value) return skeleton(3);
    const lines = value.text.split('\n');
    const first = Math.max(0, this.line - around);
    const shown = lines.slice(first, this.line + around);
    const rows = shown.map((text, at) => this.#row(text, first + at + 1));
    return html`<div class="preview" tabindex="0" role="region" aria-label=${value.title}><pre>${rows}</pre></div>`;
  }

  #row(text: string, number: number) {
    return html`<div class="row ${number === this.line ? 'here' : ''}"><span class="at">${number}</span><span>${marked(text)}</span></div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('hitId') && changed.get('hitId') !== undefined) this.#text.reset();
    this.renderRoot.querySelector('.here')?.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('fw-text-preview', TextPreview);
