/** What charts over runs share: their data, the run that is pointed at, a click that opens it, the table that is saved. */
import type { CSSResultGroup } from 'lit';
import type { CsvCell } from '../ui/csv.ts';
import { formatMetric } from '../ui/format.ts';
import { spellOut } from '../ui/name.ts';
import { ChartElement } from './chartElement.ts';
import { axisNumber } from './chartOption.ts';
import type { ChartTheme } from './chartTheme.ts';
import type { ECharts } from './engine.ts';
import { legendStyles } from './legendList.ts';
import { countRuns, type PlotColumn, type PlotData, shownValue } from './plotData.ts';

const none: PlotData = { runIds: [], names: [], columns: [], lacking: 0, total: 0 };

export abstract class PlotElement extends ChartElement {
  static override properties = {
    ...ChartElement.properties,
    data: { attribute: false },
    logX: { type: Boolean },
    logY: { type: Boolean },
    pointed: { state: true },
  };
  declare data: PlotData;
  declare logX: boolean;
  declare logY: boolean;
  /** Its place in the data. */
  declare pointed: number | null;

  static override styles: CSSResultGroup = [ChartElement.styles, legendStyles];

  constructor() {
    super();
    this.data = none;
    this.logX = false;
    this.logY = false;
    this.pointed = null;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (['data', 'logX', 'logY'].some((name) => changed.has(name))) this.draw();
  }

  protected override draw(): void {
    const { chart } = this;
    // Axes come and go with the columns that are chosen.
    chart?.clear();
    super.draw();
  }

  protected override counts(): string {
    return countRuns(this.data);
  }

  /** Places of the runs that have one on both axes, which are the first two columns. */
  protected placed(): readonly number[] {
    const [x, y] = this.data.columns;
    const isOff = (row: number) => (this.logX && isOffLog(x, row)) || (this.logY && isOffLog(y, row));
    return this.data.runIds.flatMap((_, row) => (isOff(row) ? [] : [row]));
  }

  protected override place(): string {
    const row = this.pointed;
    if (row === null) return '';
    const values = this.data.columns.map((column) => `${spellOut(column.label)} ${text(shownValue(column, row))}`);
    return [spellOut(this.data.names[row] ?? ''), ...values].join(', ');
  }

  protected override table(): readonly (readonly CsvCell[])[] {
    const { runIds, names, columns } = this.data;
    const rows = runIds.map((id, row): readonly CsvCell[] => [
      id,
      names[row] ?? '',
      ...columns.map((column) => shownValue(column, row)),
    ]);
    return [['run id', 'run', ...columns.map(({ label }) => label)], ...rows];
  }

  protected override mounted(chart: ECharts): void {
    chart.on('mouseover', (event) => {
      this.pointed = this.rowOf(event);
    });
    chart.on('mouseout', () => {
      this.pointed = null;
    });
    chart.on('click', (event) => {
      const row = this.rowOf(event);
      const runId = row === null ? undefined : this.data.runIds[row];
      if (runId) this.dispatchEvent(new CustomEvent('open-run', { detail: runId, bubbles: true, composed: true }));
    });
  }

  /** The run that a mark stands for: its place is the last number of the mark's data. */
  protected rowOf(event: { readonly data?: unknown }): number | null {
    const row = Array.isArray(event.data) ? event.data.at(-1) : undefined;
    return typeof row === 'number' && this.data.runIds[row] !== undefined ? row : null;
  }
}

function text(value: string | number): string {
  return typeof value === 'number' ? formatMetric(value) : spellOut(value);
}

export type AxisOptions = { readonly theme: ChartTheme; readonly log: boolean };

/** An axis for a column: categories by name, numbers by value or by their logarithm. */
export function axisFor(column: PlotColumn | undefined, { theme, log }: AxisOptions): object {
  const label = { color: theme.dim, fontFamily: theme.font, fontSize: 11, hideOverlap: true };
  const common = {
    name: spellOut(column?.label ?? ''),
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: { ...label, fontSize: 12, color: theme.foreground },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    splitLine: { show: true, lineStyle: theme.grid },
  };
  if (column?.categories) {
    const names = column.categories.map((name) => spellOut(name));
    return { ...common, type: 'category', data: names, axisLabel: { ...label, width: 110, overflow: 'truncate' } };
  }
  return { ...common, type: log ? 'log' : 'value', scale: true, axisLabel: { ...label, formatter: axisNumber } };
}

/** Whether a value has no place on a logarithmic axis. */
function isOffLog(column: PlotColumn | undefined, row: number): boolean {
  return column?.categories === null && (column.values[row] ?? 0) <= 0;
}
