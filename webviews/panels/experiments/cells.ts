/** The pictures in the cells. They draw what they are given as text, never as markup, and act by the context alone. */
import type { ICellRendererParams } from 'ag-grid-community';
import { html, render, svg, type TemplateResult } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import type { MetricValue } from '../../../protocol/model/metric.ts';
import type { ColumnLook } from '../../../protocol/model/view.ts';
import type { GroupEntry, TableRow } from '../../grid/tableRow.ts';
import { formatMetric, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, spellOut } from '../../ui/name.ts';
import { stateIcon, stateWord } from '../../ui/runState.ts';
import { aggregateOf, type Directions, groupName, metricOf, spreadText, textOf } from './cellValue.ts';
import { swatchOf } from './colours.ts';
import { barLength, type Curve, sparkline } from './sparkline.ts';
import { colourTag, type TableColumn } from './tableColumn.ts';

export type CellContext = {
  /** Asked for at each drawing: the price list may arrive after the columns. */
  readonly currency: () => string | null;
  readonly directions: () => Directions;
  readonly range: (columnId: string) => { readonly min: number; readonly max: number } | null;
  readonly curve: (runId: string, key: string) => Curve | null;
  readonly star: (row: RunRow) => void;
  readonly editNote: (row: RunRow, at: DOMRect) => void;
  readonly toggle: (group: GroupEntry) => void;
};

type Params = ICellRendererParams<TableRow>;
type Draw = (params: Params) => HTMLElement;

export function cellFor(column: TableColumn, look: ColumnLook, context: CellContext): Draw {
  if (column.key === 'name' && column.kind === 'attribute') return (params) => nameCell(params, context);
  if (column.kind === 'metric') return (params) => metricCell(params, { column, look, context });
  return ({ data }) => {
    if (data?.kind !== 'run') return emptyCell();
    return text(textOf(data.run, column, context.currency()));
  };
}

/** Most cells of a broad table are this: it costs next to nothing. */
function emptyCell(): HTMLElement {
  return document.createElement('span');
}

function drawn(tag: 'span' | 'div', content: TemplateResult, className = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  render(content, element);
  return element;
}

/** A cell shows one line; of ten thousand characters the rest is in the run. */
const longest = 300;

function text(value: string, full = value): HTMLElement {
  const element = drawn('span', html`${marked(value.slice(0, longest))}`);
  if (full) element.title = spellOut(full.slice(0, 4000));
  return element;
}

function nameCell({ data }: Params, context: CellContext): HTMLElement {
  if (!data) return drawn('span', html`…`);
  return data.kind === 'group' ? groupCell(data, context) : runCell(data.run, data.inGroup, context);
}

function groupCell(entry: GroupEntry, context: CellContext): HTMLElement {
  const { group, open } = entry;
  const element = drawn(
    'span',
    html`${icon(open ? 'down' : 'right')}<span class="values">${marked(groupName(group.values))}</span><span class="runs">${plural(group.runs, 'run')}</span>`,
    'group-name',
  );
  element.title = `${spellOut(groupName(group.values))} (${plural(group.runs, 'run')}): ${open ? 'close' : 'open'}`;
  element.addEventListener('click', () => context.toggle(entry));
  return element;
}

function runCell(run: RunRow, member: boolean, context: CellContext): HTMLElement {
  const word = stateWord(run.state).toLowerCase();
  const element = drawn(
    'span',
    html`<span class="swatch" .style=${`--swatch: ${swatchOf(run.tags[colourTag])}`}></span>
      <button class="mark star ${run.starred ? 'on' : ''}" tabindex="-1" title=${run.starred ? 'Starred (S)' : 'Star (S)'} aria-label=${run.starred ? 'Starred' : 'Star'} aria-pressed=${String(run.starred)} @click=${() => context.star(run)}>${icon('star')}</button>
      <span class="look">${stateIcon(run.state)}</span><span class="name" title=${`${spellOut(run.name)} (${word})`}>${marked(run.name)}</span>
      ${run.note === '' ? html`` : html`<button class="mark on" tabindex="-1" title=${spellOut(run.note)} aria-label="Note" @click=${(event: Event) => context.editNote(run, (event.currentTarget as Element).getBoundingClientRect())}>${icon('note')}</button>`}`,
    `state ${run.state}${member ? ' member' : ''}`,
  );
  return element;
}

type MetricLook = { readonly column: TableColumn; readonly look: ColumnLook; readonly context: CellContext };

function metricCell({ data }: Params, { column, look, context }: MetricLook): HTMLElement {
  if (!data) return emptyCell();
  if (data.kind === 'group') return spreadCell(data, column);
  const value = metricOf(data.run, column, context.directions());
  if (value === null) return emptyCell();
  if (look === 'bar') return barCell(value, context.range(column.id));
  if (look === 'curve') return curveCell(value, context.curve(data.run.id, column.key));
  return numberCell(value);
}

/** What is not a number is told apart by more than its place. */
function numberCell(value: MetricValue): HTMLElement {
  const element = emptyCell();
  element.textContent = formatMetric(value);
  if (typeof value !== 'number') element.className = 'odd';
  element.title = String(value);
  return element;
}

function spreadCell(entry: GroupEntry, column: TableColumn): HTMLElement {
  const aggregate = aggregateOf(entry, column);
  if (aggregate === null) return drawn('span', html``);
  const { mean, deviation } = spreadText(aggregate);
  const element = drawn('span', html`${mean} <span class="spread">${deviation}</span>`);
  const { count, min, max } = aggregate;
  element.title = `mean ${mean} ${deviation}, from ${min} to ${max}, of ${plural(count, 'run')}`;
  return element;
}

function barCell(value: MetricValue, range: ReturnType<CellContext['range']>): HTMLElement {
  const length = barLength(Number(value), range);
  if (length === null) return numberCell(value);
  const element = drawn('span', html`<i></i><b>${formatMetric(value)}</b>`, 'bar');
  const bar = element.querySelector('i');
  if (bar) bar.style.width = `${length * 100}%`;
  element.title = `${value}${range ? `, of ${formatMetric(range.min)} to ${formatMetric(range.max)}` : ''}`;
  return element;
}

function curveCell(value: MetricValue, curve: Curve | null): HTMLElement {
  const path = curve ? svg`<path d=${sparkline(curve)} />` : svg``;
  const element = drawn(
    'span',
    html`<svg viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">${path}</svg><span class=${typeof value === 'number' ? '' : 'odd'}>${formatMetric(value)}</span>`,
    'curve',
  );
  element.title = String(value);
  return element;
}
