/**
 * The table of one experiment's runs under given settings: its rows, what is
 * live in them, and what is done to a run or a column where it stands. The
 * settings belong to the panel; wishes to change them are told.
 */
import { html, nothing, type PropertyValues } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import type { TierList } from '../../../protocol/model/tier.ts';
import type { ViewColumn, ViewContent } from '../../../protocol/model/view.ts';
import type { Layout } from '../../grid/columnLayout.ts';
import '../../grid/runGrid.ts';
import type { BlockRequest, ColumnMenuRequest, RowBlock, RowCommand, RunGrid } from '../../grid/runGrid.ts';
import { Resource } from '../../state/resource.ts';
import { isOf, touchesExperiment } from '../../state/stale.ts';
import { formatCount, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import type { CellContext } from './cells.ts';
import type { Directions } from './cellValue.ts';
import { applyWish, type ColumnWish } from './columnChanges.ts';
import { columnDef } from './columnDefs.ts';
import { openColumnMenu } from './columnMenu.ts';
import { barsOf, loadRanges, type Range } from './columnRanges.ts';
import { experimentsStyles } from './experimentsStyles.ts';
import { LiveRows } from './liveRows.ts';
import { noRuns } from './nothingHere.ts';
import { RowActions } from './rowActions.ts';
import { RowDetails } from './rowDetails.ts';
import { openRowMenu } from './rowMenu.ts';
import { entryOf, isNewestFirst } from './searchRows.ts';
import { asksAnew } from './settings.ts';
import { askStep } from './stepForm.ts';
import { columnOf, metricColumn } from './tableColumn.ts';
import { TableRows } from './tableRows.ts';

export class RunsTable extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    experimentId: {},
    settings: { attribute: false },
    // Fetched anew with each run that logs something, and hardly ever another.
    directions: {
      attribute: false,
      hasChanged: (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other),
    },
    total: { state: true },
    failure: { state: true },
  };
  declare experimentId: string;
  declare settings: ViewContent;
  declare directions: Directions;
  declare total: number | null;
  /** Why there are no rows at all; what fails later is told to the panel. */
  declare failure: unknown;
  #selected: readonly RunRow[] = [];
  #saidFailed = false;

  readonly #rows = new TableRows(
    () => this.app,
    () => this,
  );
  readonly #tiers = new Resource<TierList>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.tiers.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['catalog.']),
    onValue: () => this.#grid()?.redraw(),
  });
  readonly #details = new RowDetails({
    app: () => this.app,
    experimentId: () => this.experimentId,
    settings: () => this.settings,
    grid: () => this.#grid(),
  });
  readonly #live = new LiveRows(this, {
    app: () => this.app,
    experimentId: () => this.experimentId,
    held: () => this.#grid()?.held ?? false,
    update: (isOld) => this.#details.update(isOld),
    refresh: () => this.refresh(),
    waiting: () => this.#waiting(),
  });
  readonly #actions = new RowActions({
    app: () => this.app,
    changed: (run) => this.#grid()?.patch([entryOf(run, [])]),
    moved: () => this.refresh(),
    told: (toast) => this.#tell('told', toast),
    failed: (error) => this.#tell('failed', error),
  });
  readonly #cells: CellContext = {
    currency: () => this.#tiers.value?.currency ?? null,
    directions: () => this.directions,
    range: (columnId) => this.#ranges.value?.get(columnId) ?? null,
    curve: (runId, key) => this.#details.curve(runId, key),
    star: (run) => this.#actions.star(run),
    editNote: (run, at) => this.#actions.note(run, at),
    toggle: (group) => {
      this.#rows.toggle(group);
      this.#grid()?.refresh();
    },
  };
  readonly #ranges = new Resource<ReadonlyMap<string, Range>>(this, {
    app: () => this.app,
    load: (signal) => loadRanges(this.app, this, signal),
    isStale: (message) => touchesExperiment(message, this.experimentId),
    pace: 3000,
    onValue: (ranges) => this.#grid()?.redraw([...ranges.keys()]),
  });
  readonly #define = (column: ViewColumn) => columnDef(column, this.#cells);

  static override styles = [base, stateStyles, experimentsStyles];

  constructor() {
    super();
    this.total = null;
    this.failure = undefined;
    this.directions = {};
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('settings') as ViewContent | undefined;
    const otherTable = changed.has('experimentId') && changed.get('experimentId') !== undefined;
    if (otherTable || (before && asksAnew(before, this.settings))) this.#restart();
    else if (changed.has('directions')) this.#grid()?.redraw();
    if (before && barsOf(before) !== barsOf(this.settings)) this.#ranges.refresh();
  }

  override render() {
    const { settings } = this;
    const clear = () => this.#tell('settings', { ...settings, filter: '' });
    return html`<div class="rows">
      <fw-run-grid .define=${this.#define} .layout=${settings} .load=${this.#load} .nonce=${this.app.nonce}
        @selection=${(event: CustomEvent<readonly RunRow[]>) => this.#select(event.detail)}
        @chosen-loaded=${(event: CustomEvent<number>) => this.#sayChosen(event.detail)}
        @command=${(event: CustomEvent<RowCommand>) => this.#command(event.detail)}
        @column-menu=${(event: CustomEvent<ColumnMenuRequest>) => this.#columnMenu(event.detail)}
        @in-sight=${() => void this.#details.complete()}
        @layout=${(event: CustomEvent<Layout>) => this.#tell('settings', { ...settings, ...event.detail })}></fw-run-grid>
      ${this.#live.pending === 0 ? nothing : this.#pill()}
      ${this.failure === undefined ? nothing : html`<div class="over">${failedState(this.failure, () => this.#restart())}</div>`}
      ${this.total === 0 ? html`<div class="over">${noRuns(settings.filter, settings.runs, clear)}</div>` : nothing}
    </div>`;
  }

  /** Shows what has come, and goes to where it stands. */
  #pill() {
    const { pending } = this.#live;
    const text = pending === null ? 'New runs' : plural(pending, 'new run');
    return html`<button class="pill" @click=${() => {
      this.#live.settled();
      this.refresh();
      this.#grid()?.toTop();
    }}>${icon('up')}${text}</button>`;
  }

  /** Rows may have come or gone. */
  refresh(): void {
    this.#rows.forget();
    this.#grid()?.refresh();
  }

  clearSelection(): void {
    this.#grid()?.clearSelection();
  }

  fitColumns(): void {
    this.#grid()?.autoSize(this.settings.columns.map(({ id }) => id));
  }

  focusRows(): void {
    this.#grid()?.focusRows();
  }

  delete(runs: readonly RunRow[]): void {
    this.clearSelection();
    void this.#actions.delete(runs);
  }

  readonly #load = async (request: BlockRequest): Promise<RowBlock> => {
    try {
      const block = await this.#rows.block(request);
      this.total = block.runs;
      this.#tell('total', block.runs);
      if (!block.exact) this.#live.again();
      this.failure = undefined;
      if (this.#saidFailed) this.#tell('failed', undefined);
      this.#saidFailed = false;
      return block;
    } catch (error) {
      if (this.total === null) this.failure = error;
      else this.#tell('failed', error);
      this.#saidFailed = this.total !== null;
      throw error;
    }
  };

  #restart(): void {
    this.#rows.restart();
    this.#live.settled();
    this.total = null;
    this.failure = undefined;
    this.#tell('total', null);
    this.#grid()?.restart();
  }

  /** Runs that came since the newest one shown, in an order in which they stand above it. */
  async #waiting(): Promise<{ readonly runs: number | null; readonly exact: boolean }> {
    const { newestAt } = this.#rows;
    const { filter, runs, sort, groupBy } = this.settings;
    if (newestAt === null || groupBy.length > 0 || !isNewestFirst(sort)) return { runs: null, exact: true };
    const newer = `attributes.created_at > ${newestAt}`;
    const question = { experimentIds: [this.experimentId], filter: filter.trim() ? `${filter} AND ${newer}` : newer };
    const { total, exact } = await this.app.client.experiments.search({
      ...question,
      view: runs,
      limit: 1,
      metrics: [],
      parameters: [],
      tags: [],
    });
    this.#rows.hold(total);
    return { runs: total, exact };
  }

  #select(runs: readonly RunRow[]): void {
    this.#selected = runs;
    this.#tell('selection', runs);
  }

  #sayChosen(count: number): void {
    const of =
      this.total !== null && this.total > count ? ` of ${formatCount(this.total)}: the rows that are loaded` : '';
    this.#tell('told', { text: `Chose ${plural(count, 'run')}${of}.` });
  }

  #command({ command, row, anchor }: RowCommand): void {
    if (row.kind === 'group') {
      if (command === 'open' || command === 'expand' || command === 'collapse') this.#cells.toggle(row);
      return;
    }
    const { run } = row;
    const act: Partial<Record<RowCommand['command'], () => void>> = {
      open: () => void this.app.client.host.open({ panel: 'run', runId: run.id }),
      star: () => this.#actions.star(run),
      note: () => this.#actions.note(run, anchor),
      tags: () => this.#actions.tags(run, anchor),
      colour: () => this.#actions.colour(run, anchor),
      delete: () => this.delete(this.#selected.length > 0 ? this.#selected : [run]),
      menu: () => openRowMenu(run, anchor, (chosen) => this.#command({ command: chosen, row, anchor })),
    };
    act[command]?.();
  }

  #columnMenu({ columnId, anchor }: ColumnMenuRequest): void {
    const onWish = (wish: ColumnWish) => this.#wish(columnId, wish, anchor);
    openColumnMenu({ id: columnId, settings: this.settings, anchor, onWish });
  }

  #wish(id: string, wish: ColumnWish, anchor: ColumnMenuRequest['anchor']): void {
    const changed = applyWish(this.settings, id, wish);
    if (changed) this.#tell('settings', changed);
    else if (wish.kind === 'fit') this.#grid()?.autoSize([id]);
    else if (wish.kind === 'filter') this.#tell('filter-by', columnOf(id));
    else if (wish.kind === 'part-at-step') {
      const key = columnOf(id)?.key ?? '';
      askStep(key, anchor, (step) => this.#wish(id, { kind: 'part', id: metricColumn(key, step) }, anchor));
    }
  }

  #grid(): RunGrid | null {
    return this.renderRoot?.querySelector<RunGrid>('fw-run-grid') ?? null;
  }

  #tell(event: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

customElements.define('fw-runs-table', RunsTable);
