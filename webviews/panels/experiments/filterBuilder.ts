/**
 * The filter as a form: one row a comparison, all of which must hold. It edits
 * the same text as the bar beside it; the server takes the text apart.
 */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { ParsedFilter } from '../../../protocol/model/experiment.ts';
import { dropdown, iconButton } from '../../ui/controls.ts';
import { icon } from '../../ui/icon.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import { type Comparison, operators, textOfValue, valueFrom, writeFilter } from './filterText.ts';
import type { TableColumn } from './tableColumn.ts';

/** A row as it is typed: perhaps no comparison yet. */
type Draft = {
  readonly column: string;
  readonly kind: Comparison['kind'];
  readonly operator: string;
  readonly text: string;
};

const offered = 500;

export class FilterBuilder extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    columns: { attribute: false },
    value: {},
    drafts: { state: true },
    error: { state: true },
  };
  declare columns: readonly TableColumn[];
  /** What is applied. */
  declare value: string;
  declare drafts: readonly Draft[];
  declare error: ParsedFilter['error'];
  #written: string | null = null;
  #reading: Promise<void> = Promise.resolve();

  static override styles = [
    base,
    css`
      :host { display: block; padding: 8px 12px; border-bottom: 1px solid var(--fw-line); background: var(--vscode-sideBar-background); }
      .row { display: grid; grid-template-columns: 44px minmax(120px, 2fr) minmax(110px, 1fr) minmax(120px, 2fr) 22px; gap: 8px; align-items: center; max-width: 760px; margin-bottom: 6px; }
      .row .dim { text-align: end; }
      p { margin-bottom: 6px; overflow-wrap: anywhere; }
    `,
  ];

  constructor() {
    super();
    this.columns = [];
    this.value = '';
    this.drafts = [];
    this.error = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('value') && this.value !== this.#written) this.#reading = this.#read();
  }

  override render() {
    return html`
      ${this.error ? html`<p class="error" role="alert">The text of the filter cannot be shown as a form: ${this.error.message} Mend it above, at position ${this.error.from + 1}.</p>` : nothing}
      ${this.drafts.map((draft, at) => this.#row(draft, at))}
      <button class="plain" ?disabled=${this.error !== null} @click=${() => void this.#add()}>${icon('add')}Add a condition</button>
      <datalist id="columns">${this.#offered().map((column) => html`<option value=${column.grammar ?? ''} label=${column.label}></option>`)}</datalist>
    `;
  }

  #row(draft: Draft, at: number) {
    const known = operators[draft.kind].map(([value, text]) => ({ value, text }));
    const isKnown = known.some(({ value }) => value === draft.operator);
    // What the text said stands as it is, be it none that the form would offer.
    const options = isKnown ? known : [...known, { value: draft.operator, text: draft.operator.toLowerCase() }];
    return html`<div class="row">
      <span class="dim">${at === 0 ? 'Where' : 'and'}</span>
      <input class="field mono" list="columns" aria-label=${`Column of condition ${at + 1}`} placeholder="Column" .value=${draft.column} @change=${(event: Event) => this.#choose(at, (event.target as HTMLInputElement).value)} />
      ${dropdown({ label: `Operator of condition ${at + 1}`, value: draft.operator, options, onChange: (operator) => this.#set(at, { ...draft, operator }) })}
      ${draft.operator.startsWith('IS') ? html`<span></span>` : this.#value(draft, at)}
      ${iconButton({ icon: 'close', label: `Remove condition ${at + 1}`, onClick: () => this.#remove(at) })}
    </div>`;
  }

  #value(draft: Draft, at: number) {
    const { text, kind, operator } = draft;
    const bad = text !== '' && valueFrom(text, kind, operator) === null;
    const change = (event: Event) => this.#set(at, { ...draft, text: (event.target as HTMLInputElement).value });
    return html`<input class="field" aria-label=${`Value of condition ${at + 1}`} aria-invalid=${String(bad)} title=${bad ? 'A number is expected here' : nothing} placeholder=${exampleOf(operator)} .value=${text} @change=${change} />`;
  }

  #offered(): readonly TableColumn[] {
    return this.columns.filter((column) => column.grammar !== null).slice(0, offered);
  }

  /** What a column holds says which operators it takes. */
  #choose(at: number, written: string): void {
    const column = this.columns.find((one) => one.grammar === written || one.label === written);
    const kind = column?.holds ?? (/^(metrics?|best|min|max|last)\./.test(written) ? 'number' : 'text');
    const before = this.drafts[at];
    const operator = operators[kind].some(([one]) => one === before?.operator)
      ? before?.operator
      : operators[kind][0]?.[0];
    this.#set(at, {
      column: column?.grammar ?? written.trim(),
      kind,
      operator: operator ?? '=',
      text: before?.text ?? '',
    });
  }

  #set(at: number, draft: Draft): void {
    this.drafts = this.drafts.with(at, draft);
    this.#apply();
  }

  #remove(at: number): void {
    this.drafts = this.drafts.toSpliced(at, 1);
    this.#apply();
  }

  /** A condition on a column, for the person to complete. */
  async start(column: TableColumn): Promise<void> {
    await this.#reading;
    const operator = operators[column.holds][0]?.[0] ?? '=';
    const draft = { column: column.grammar ?? '', kind: column.holds, operator, text: '' };
    this.drafts = [...this.drafts.filter(({ column: named }) => named !== ''), draft];
    await this.updateComplete;
    [...this.renderRoot.querySelectorAll<HTMLInputElement>('.row input')].at(-1)?.focus();
  }

  async #add(): Promise<void> {
    this.drafts = [...this.drafts, { column: '', kind: 'text', operator: '=', text: '' }];
    await this.updateComplete;
    [...this.renderRoot.querySelectorAll<HTMLInputElement>('.row input')].at(-2)?.focus();
  }

  /** Rows that are no comparison yet wait; the others are the filter. */
  #apply(): void {
    const comparisons = this.drafts.flatMap(({ column, kind, operator, text }): Comparison[] => {
      const alone = operator.startsWith('IS');
      const value = alone ? null : valueFrom(text, kind, operator);
      const complete = column !== '' && (alone || (text !== '' && value !== null));
      return complete ? [{ column, kind, operator, value }] : [];
    });
    const written = writeFilter(comparisons);
    if (written === this.#written) return;
    this.#written = written;
    this.dispatchEvent(new CustomEvent<string>('filter', { detail: written }));
  }

  async #read(): Promise<void> {
    const text = this.value;
    this.#written = text;
    try {
      const { comparisons, error } = await this.app.client.experiments.parse({ filter: text });
      if (text !== this.value) return;
      this.error = error;
      this.drafts = comparisons.map(({ column, kind, operator, value }) => ({
        column,
        kind,
        operator,
        text: textOfValue(value),
      }));
      if (error === null && comparisons.length === 0)
        this.drafts = [{ column: '', kind: 'text', operator: '=', text: '' }];
    } catch {
      // The server is away: the banner says so, and the form comes with it.
    }
  }
}

function exampleOf(operator: string): string {
  if (operator.endsWith('IN')) return 'one, another';
  return operator.endsWith('LIKE') ? '%part%' : 'Value';
}

customElements.define('fw-filter-builder', FilterBuilder);
