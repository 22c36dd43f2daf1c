/**
 * Values of runs side by side: a row a key, a column a run. Only the rows that
 * are seen are drawn. What differs from the baseline is marked by a sign and a
 * colour, the best of a metric by a star.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { formatMetric } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { runStateStyles } from '../../ui/runState.ts';
import { base } from '../../ui/styles.ts';
import { bestOf, type CompareRow, deltaOf, differsFrom } from './compareRow.ts';

const rowHeight = 24;
const spare = 12;

export class CompareGrid extends LitElement {
  static override properties = {
    rows: { attribute: false },
    heads: { attribute: false },
    baseline: { type: Number },
    from: { state: true },
    seen: { state: true },
  };
  declare rows: readonly CompareRow[];
  /** One for each column, as the panel draws it. */
  declare heads: readonly unknown[];
  declare baseline: number;
  declare from: number;
  declare seen: number;
  #watch: ResizeObserver | null = null;

  static override styles = [
    base,
    runStateStyles,
    css`
      :host { display: block; overflow: auto; min-height: 0; }
      table { width: auto; border-collapse: separate; border-spacing: 0; }
      th, td { width: 190px; min-width: 190px; max-width: 190px; height: ${rowHeight}px; padding: 0 8px; border-inline-end: 1px solid var(--fw-line); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      thead th { position: sticky; top: 0; z-index: 2; height: auto; padding: 6px 8px; background: var(--vscode-editor-background); color: var(--vscode-foreground); vertical-align: top; font-size: 13px; }
      th.key { position: sticky; inset-inline-start: 0; z-index: 1; width: 220px; min-width: 220px; max-width: 220px; background: var(--vscode-editor-background); color: var(--vscode-foreground); font-weight: 400; font-size: 13px; }
      thead th.key { z-index: 3; }
      td .in { display: flex; align-items: center; gap: 6px; }
      td.differs { background: color-mix(in srgb, var(--fw-warn) 14%, transparent); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -2px; }
      td.unknown { color: var(--fw-dim); }
      .run-head { display: grid; min-width: 0; }
      .run-head .error { line-height: 22px; }
      .delta { margin-inline-start: auto; font-size: 11px; white-space: nowrap; }
      .better { color: var(--fw-good); }
      .worse { color: var(--fw-bad); }
      .best svg.icon { width: 12px; height: 12px; color: var(--fw-good); }
      tr.space td { padding: 0; border: 0; height: auto; }
    `,
  ];

  constructor() {
    super();
    this.rows = [];
    this.heads = [];
    this.baseline = 0;
    this.from = 0;
    this.seen = 40;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.addEventListener('scroll', this.#place, { passive: true });
    this.#watch = new ResizeObserver(() => this.#place());
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    this.#watch?.disconnect();
    this.removeEventListener('scroll', this.#place);
    super.disconnectedCallback();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rows') && this.from >= this.rows.length) this.from = 0;
  }

  readonly #place = () => {
    this.from = Math.max(0, Math.floor(this.scrollTop / rowHeight) - spare);
    this.seen = Math.ceil(this.clientHeight / rowHeight) + 2 * spare;
  };

  override render() {
    const { rows, from, seen } = this;
    const shown = rows.slice(from, from + seen);
    const below = rows.length - from - shown.length;
    return html`<table aria-rowcount=${rows.length + 1}>
      <thead><tr><th class="key" scope="col">&nbsp;</th>${this.heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${space(from)}${shown.map((row, at) => this.#row(row, from + at))}${space(below)}</tbody>
    </table>`;
  }

  #row(row: CompareRow, index: number) {
    const best = bestOf(row);
    return html`<tr aria-rowindex=${index + 2}>
      <th class="key" scope="row" title=${spellOut(row.key)}>${name(row.key)}</th>
      ${row.cells.map((_cell, at) => this.#cell(row, at, best.has(at)))}
    </tr>`;
  }

  #cell(row: CompareRow, at: number, isBest: boolean) {
    const cell = row.cells[at];
    if (cell === undefined) return html`<td class="unknown" title="Not known">?</td>`;
    if (cell.value === null)
      return html`<td class="unknown ${differsFrom(row, at, this.baseline) ? 'differs' : ''}" title="It has none">–</td>`;
    return html`<td class=${differsFrom(row, at, this.baseline) ? 'differs' : ''} title=${spellOut(cell.text)}><span class="in">
      <span class="cut ${row.direction === null ? '' : 'mono'}">${name(cell.text)}</span>
      ${isBest ? html`<span class="best">${icon('star', 'Best')}</span>` : nothing}${this.#delta(row, at)}
    </span></td>`;
  }

  #delta(row: CompareRow, at: number) {
    const delta = deltaOf(row, at, this.baseline);
    if (!delta) {
      if (!differsFrom(row, at, this.baseline)) return nothing;
      return html`<span class="delta dim" title="Other than the baseline" aria-label="Other than the baseline">≠</span>`;
    }
    const { difference, percent, verdict } = delta;
    const sign = difference > 0 ? '+' : '−';
    const size = formatMetric(Math.abs(difference));
    const share = percent === null ? '' : ` (${sign}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)} %)`;
    const words = `${sign}${size}${share}, ${verdict} than the baseline`;
    return html`<span class="delta mono ${verdict}" title=${words} aria-label=${words}>${difference > 0 ? '▲' : '▼'} ${share === '' ? `${sign}${size}` : share.slice(2, -1)} ${verdict === 'better' ? '✓' : '✗'}</span>`;
  }
}

function space(rows: number) {
  return rows <= 0
    ? nothing
    : html`<tr class="space" aria-hidden="true"><td .style=${`height: ${rows * rowHeight}px`}></td></tr>`;
}

customElements.define('fw-compare-grid', CompareGrid);
