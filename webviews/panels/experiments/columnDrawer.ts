/** The columns beside the table: what is shown, in which order, pinned where; and by section all that could be. */
import { css, html, LitElement, nothing } from 'lit';
import type { ViewColumn } from '../../../protocol/model/view.ts';
import { button, checkbox, iconButton } from '../../ui/controls.ts';
import { formatCount } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name } from '../../ui/name.ts';
import { base } from '../../ui/styles.ts';
import type { ColumnChange } from './columnChanges.ts';
import { columnOf, nameColumn, type Section, type TableColumn } from './tableColumn.ts';

const sections: readonly (readonly [Section, string])[] = [
  ['attributes', 'Attributes'],
  ['metrics', 'Metrics'],
  ['parameters', 'Parameters'],
  ['tags', 'Tags'],
  ['system', 'System'],
];
const listed = 150;

export class ColumnDrawer extends LitElement {
  static override properties = {
    offered: { attribute: false },
    shown: { attribute: false },
    busy: { type: Boolean },
    wanted: { state: true },
    dragged: { state: true },
    over: { state: true },
  };
  declare offered: readonly TableColumn[];
  declare shown: readonly ViewColumn[];
  declare busy: boolean;
  declare wanted: string;
  declare dragged: string | null;
  declare over: string | null;

  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; width: min(300px, 60vw); flex: none; min-height: 0; border-inline-start: 1px solid var(--fw-line); background: var(--vscode-sideBar-background); }
      header { padding: 8px; display: flex; flex-direction: column; gap: 8px; border-bottom: 1px solid var(--fw-line); }
      .list { overflow: auto; padding: 4px 8px 12px; flex: 1; }
      .group { display: flex; align-items: center; justify-content: space-between; min-height: 22px; margin-top: 8px; }
      vscode-checkbox { display: flex; margin: 0; min-height: 22px; }
      .none { padding: 8px 0; color: var(--fw-dim); }
      .column { display: flex; align-items: center; gap: 4px; height: 24px; border-radius: 3px; }
      .column:hover, .column:focus { background: var(--fw-hover); }
      .column.over { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      .column > svg { width: 14px; height: 14px; color: var(--fw-dim); cursor: grab; }
      .column .cut { flex: 1; }
      .column button { opacity: 0; }
      .column:hover button, .column:focus-within button, .column button[aria-pressed='true'] { opacity: 1; }
      details summary { cursor: pointer; }
    `,
  ];

  constructor() {
    super();
    this.offered = [];
    this.shown = [];
    this.busy = false;
    this.wanted = '';
    this.dragged = null;
    this.over = null;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  override render() {
    const wanted = this.wanted.trim().toLowerCase();
    const matching = this.offered.filter((column) => column.label.toLowerCase().includes(wanted));
    return html`
      <header @keydown=${this.#leave}>
        <div class="row"><h3 class="grow">Columns</h3>${iconButton({ icon: 'close', label: 'Close the columns', onClick: () => this.#tell('close', null) })}</div>
        <input class="field" type="search" placeholder="Find column" aria-label="Find column" .value=${this.wanted} @input=${(
          event: Event,
        ) => {
          this.wanted = (event.target as HTMLInputElement).value;
        }} />
        <div class="row">
          ${button({ label: this.busy ? 'Comparing…' : 'Only what differs', disabled: this.busy, title: 'Show the columns whose values are not the same in all matching runs', onClick: () => this.#change({ kind: 'differing' }) })}
          ${button({ label: 'Fit widths', title: 'Make each column as wide as what it shows', onClick: () => this.#change({ kind: 'fit' }) })}
        </div>
      </header>
      <div class="list" @keydown=${this.#leave}>
        ${wanted === '' ? this.#order() : nothing}
        ${matching.length === 0 ? html`<p class="none">No column has that in its name.</p>` : nothing}
        ${sections.map(([section, title]) =>
          this.#section(
            title,
            matching.filter((column) => column.section === section),
          ),
        )}
      </div>
    `;
  }

  #order() {
    return html`<div class="group"><h2>Shown (${formatCount(this.shown.length)})</h2></div>
      <div role="list" aria-label="Shown columns, Alt+Up and Alt+Down move one">
        ${this.shown.slice(0, listed).map((column) => this.#shownColumn(column))}
      </div>
      ${this.#more(this.shown.length)}`;
  }

  #shownColumn({ id, pinned }: ViewColumn) {
    const label = columnOf(id)?.label ?? id;
    const fixed = id === nameColumn;
    return html`<div class="column ${this.over === id ? 'over' : ''}" role="listitem" tabindex="0" draggable="true"
      @dragstart=${(event: DragEvent) => this.#drag(event, id)} @dragover=${(event: DragEvent) => this.#hover(event, id)} @drop=${() => this.#drop(id)} @dragend=${() => {
        this.dragged = null;
        this.over = null;
      }}
      @keydown=${(event: KeyboardEvent) => this.#key(event, id)}>
      ${icon('grip')}<span class="cut" title=${label}>${name(label)}</span>
      ${iconButton({ icon: 'pin', label: `Pin ${label} to the left`, pressed: pinned === 'left', onClick: () => this.#change({ kind: 'pin', id, pinned: pinned === 'left' ? null : 'left' }) })}
      ${fixed ? nothing : iconButton({ icon: 'close', label: `Hide ${label}`, onClick: () => this.#change({ kind: 'show', ids: [id], show: false }) })}
    </div>`;
  }

  #section(title: string, columns: readonly TableColumn[]) {
    if (columns.length === 0) return nothing;
    const shown = new Set(this.shown.map(({ id }) => id));
    const all = columns.every((column) => shown.has(column.id));
    return html`
      <div class="group"><h2>${title} (${formatCount(columns.length)})</h2>
        <button class="plain" @click=${() => this.#change({ kind: 'show', ids: columns.map((column) => column.id), show: !all })}>${all ? 'None' : 'All'}</button></div>
      ${columns.slice(0, listed).map((column) => checkbox({ label: column.label, checked: shown.has(column.id), onChange: (show) => this.#change({ kind: 'show', ids: [column.id], show }) }))}
      ${this.#more(columns.length)}
    `;
  }

  #more(count: number) {
    return count > listed ? html`<p class="none">${formatCount(count - listed)} more: search for them.</p>` : nothing;
  }

  #drag(event: DragEvent, id: string): void {
    this.dragged = id;
    event.dataTransfer?.setData('text/plain', id);
  }

  #hover(event: DragEvent, id: string): void {
    if (this.dragged === null) return;
    event.preventDefault();
    this.over = id;
  }

  #drop(to: string): void {
    if (this.dragged !== null && this.dragged !== to) this.#change({ kind: 'move', id: this.dragged, to });
    this.over = null;
  }

  #key(event: KeyboardEvent, id: string): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key] as 1 | -1 | undefined;
    if (step !== undefined && event.altKey) void this.#step(id, step);
    else if (step !== undefined) this.#focusBeside(event.currentTarget as HTMLElement, step);
    else if (event.key === 'Delete' && id !== nameColumn) this.#change({ kind: 'show', ids: [id], show: false });
    else return;
    event.preventDefault();
  }

  /** The focus goes with the column. */
  async #step(id: string, step: 1 | -1): Promise<void> {
    this.#change({ kind: 'step', id, step });
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await this.updateComplete;
    const at = this.shown.findIndex((column) => column.id === id);
    this.renderRoot.querySelectorAll<HTMLElement>('.column')[at]?.focus();
  }

  #focusBeside(element: HTMLElement, step: 1 | -1): void {
    const next = step === 1 ? element.nextElementSibling : element.previousElementSibling;
    if (next instanceof HTMLElement) next.focus();
  }

  readonly #leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.#tell('close', null);
  };

  #change(change: ColumnChange): void {
    this.#tell('change-columns', change);
  }

  #tell(event: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

customElements.define('fw-column-drawer', ColumnDrawer);
