/** Chooses which columns the table shows: by search, by kind, or only those that differ. */
import { css, html, LitElement, nothing } from 'lit';
import { button, checkbox } from '../../ui/controls.ts';
import { formatCount } from '../../ui/format.ts';
import { base } from '../../ui/styles.ts';
import { type ColumnKind, splitColumn } from './runColumns.ts';

export type ChoosableColumn = { readonly id: string; readonly label: string };

const kinds: readonly (readonly [ColumnKind, string])[] = [
  ['attribute', 'Attributes'],
  ['metric', 'Metrics'],
  ['param', 'Parameters'],
  ['tag', 'Tags'],
];
const listed = 150;

export class ColumnChooser extends LitElement {
  static override properties = {
    columns: { attribute: false },
    shown: { attribute: false },
    busy: { type: Boolean },
    wanted: { state: true },
  };
  declare columns: readonly ChoosableColumn[];
  declare shown: ReadonlySet<string>;
  declare busy: boolean;
  declare wanted: string;

  static override styles = [
    base,
    css`
      :host {
        position: absolute; z-index: 30; inset-inline-end: 8px; top: 100%; width: min(320px, calc(100vw - 16px)); max-height: min(70vh, 520px); display: flex; flex-direction: column;
        background: var(--vscode-editorWidget-background); border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, var(--fw-line))); box-shadow: 0 2px 8px var(--vscode-widget-shadow); border-radius: 4px;
      }
      header { padding: 8px; display: flex; flex-direction: column; gap: 8px; border-bottom: 1px solid var(--fw-line); }
      .list { overflow: auto; padding: 4px 8px 8px; }
      .group { display: flex; align-items: center; justify-content: space-between; margin-top: 8px; }
      vscode-checkbox { display: flex; margin: 0; min-height: 22px; }
      .none { padding: 8px 0; color: var(--fw-dim); }
    `,
  ];

  constructor() {
    super();
    this.columns = [];
    this.shown = new Set();
    this.busy = false;
    this.wanted = '';
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  override render() {
    const wanted = this.wanted.trim().toLowerCase();
    const matching = this.columns.filter((column) => column.label.toLowerCase().includes(wanted));
    return html`
      <header @keydown=${this.#keys}>
        <input class="field" type="search" placeholder="Find column" aria-label="Find column" .value=${this.wanted} @input=${(
          event: Event,
        ) => {
          this.wanted = (event.target as HTMLInputElement).value;
        }} />
        ${button({ label: this.busy ? 'Comparing…' : 'Only what differs between the first runs', disabled: this.busy, onClick: () => this.#tell('differing', null) })}
      </header>
      <div class="list" @keydown=${this.#keys}>
        ${matching.length === 0 ? html`<p class="none">No column has that in its name.</p>` : nothing}
        ${kinds.map(([kind, title]) =>
          this.#group(
            title,
            matching.filter((column) => splitColumn(column.id)[0] === kind),
          ),
        )}
      </div>
    `;
  }

  #group(title: string, columns: readonly ChoosableColumn[]) {
    if (columns.length === 0) return nothing;
    const all = columns.every((column) => this.shown.has(column.id));
    return html`
      <div class="group"><h2>${title} (${formatCount(columns.length)})</h2>
        <button class="plain" @click=${() => this.#tell('choose', { ids: columns.map((column) => column.id), show: !all })}>${all ? 'None' : 'All'}</button></div>
      ${columns.slice(0, listed).map((column) => checkbox({ label: column.label, checked: this.shown.has(column.id), onChange: (show) => this.#tell('choose', { ids: [column.id], show }) }))}
      ${columns.length > listed ? html`<p class="none">${formatCount(columns.length - listed)} more: search for them.</p>` : nothing}
    `;
  }

  readonly #keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.#tell('close', null);
  };

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define('fw-column-chooser', ColumnChooser);
