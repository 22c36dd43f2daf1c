/** Above a table of the comparison: which rows are shown, which value of a metric, and the table for elsewhere. */
import { css, html, nothing } from 'lit';
import { checkbox, dropdown, iconButton } from '../../ui/controls.ts';
import { formatCount } from '../../ui/format.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { comparisonCsv, comparisonMarkdown, type Sheet } from './exportComparison.ts';
import { type Reading, readings } from './runRows.ts';

export type TableSettings = { readonly onlyDifferences: boolean; readonly reading: Reading };

const readingWords: Readonly<Record<Reading, string>> = { last: 'Last', best: 'Best', min: 'Least', max: 'Greatest' };

export class TableBar extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    settings: { attribute: false },
    search: {},
    hasMetrics: { type: Boolean },
    sheet: { attribute: false },
    total: { type: Number },
    heading: {},
    outcome: { state: true },
    failure: { state: true },
  };
  declare settings: TableSettings;
  declare search: string;
  declare hasMetrics: boolean;
  declare sheet: Sheet;
  declare total: number;
  declare heading: string;
  declare outcome: string;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; padding: 6px 12px; flex: none; }
      input.field { width: 220px; }
      select { width: auto; }
      label { display: flex; align-items: center; gap: 8px; }
    `,
  ];

  constructor() {
    super();
    this.outcome = '';
    this.failure = undefined;
  }

  override render() {
    const { settings, sheet, total } = this;
    const shown = sheet.rows.length;
    return html`
      <input class="field" type="search" placeholder="Search rows" aria-label="Search rows" .value=${this.search} @input=${(event: Event) => this.#tell('search', (event.target as HTMLInputElement).value)} />
      <span title="D">${checkbox({ label: 'Only differences (D)', checked: settings.onlyDifferences, onChange: (onlyDifferences) => this.#tell('set', { onlyDifferences }) })}</span>
      ${this.hasMetrics ? html`<label>Value ${dropdown({ label: 'Value of a metric', value: settings.reading, options: readings.map((value) => ({ value, text: readingWords[value] })), onChange: (reading) => this.#tell('set', { reading }) })}</label>` : nothing}
      <span class="dim" role="status">${shown === total ? `${formatCount(total)} rows` : `${formatCount(shown)} of ${formatCount(total)} rows`}</span>
      <span class="grow"></span>
      <span class="dim" role="status">${this.outcome}</span>
      ${iconButton({ icon: 'copy', label: 'Copy the rows as Markdown', onClick: () => void this.#try(() => navigator.clipboard.writeText(comparisonMarkdown(sheet)), 'Copied') })}
      ${iconButton({ icon: 'download', label: 'Save the rows as CSV', onClick: () => void this.#try(() => this.#save(), '') })}
      ${this.failure === undefined ? nothing : problem(this.failure)}
    `;
  }

  #save(): Promise<unknown> {
    const name = `comparison-${this.heading.toLowerCase()}.csv`;
    return this.app.client.host.save({ kind: 'text', name, text: comparisonCsv(this.sheet) });
  }

  async #try(act: () => Promise<unknown>, outcome: string): Promise<void> {
    this.failure = undefined;
    this.outcome = '';
    try {
      await act();
      this.outcome = outcome;
    } catch (error) {
      this.failure = error;
    }
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define('fw-table-bar', TableBar);
