/** One chart of the runs that match: fetches the columns that it draws, again when runs change, and nothing else. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { RunTable } from '../../../../protocol/model/experiment.ts';
import '../../../charts/boxChart.ts';
import '../../../charts/contourChart.ts';
import '../../../charts/importanceChart.ts';
import '../../../charts/parallelChart.ts';
import { type PlotData, plotData } from '../../../charts/plotData.ts';
import '../../../charts/scatterChart.ts';
import { Resource } from '../../../state/resource.ts';
import { touchesExperiment } from '../../../state/stale.ts';
import { iconButton } from '../../../ui/controls.ts';
import { type MenuItem, openMenu } from '../../../ui/menu.ts';
import { spellOut } from '../../../ui/name.ts';
import { PanelPart } from '../../../ui/panelBase.ts';
import { emptyState, failedState, skeleton, stateStyles } from '../../../ui/states.ts';
import { base } from '../../../ui/styles.ts';
import type { RowQuestion } from '../searchRows.ts';
import { columnOf, type TableColumn } from '../tableColumn.ts';
import './cardEditor.ts';
import { type ChartCard, type ChartKind, headingOf, isComplete } from './chartCard.ts';

/** More marks than that are no clearer. */
const mostRuns: Readonly<Record<ChartKind, number>> = {
  parallel: 2000,
  scatter: 10_000,
  importance: 2000,
  box: 20_000,
  contour: 2000,
};

export class RunChart extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    card: { attribute: false },
    question: { attribute: false },
    offered: { attribute: false },
    acts: { attribute: false },
    editing: { state: true },
  };
  declare card: ChartCard;
  declare question: RowQuestion;
  declare offered: readonly TableColumn[];
  /** What else can be done with the card. */
  declare acts: readonly MenuItem[];
  declare editing: boolean;
  #asked = '';
  #data: PlotData | null = null;

  readonly #values = new Resource<RunTable>(this, {
    app: () => this.app,
    load: (signal) => this.#load(signal),
    isStale: (message) => touchesExperiment(message, this.question.experimentId),
    pace: 2000,
    onValue: (table) => {
      this.#data = this.#plot(table);
    },
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; min-width: 0; }
      :host > :last-child { flex: 1; --fw-chart-height: 300px; }
      .waiting { border: 1px solid var(--fw-edge); border-radius: 4px; min-height: 360px; }
      .waiting header { display: flex; align-items: center; gap: 4px; padding: 6px 6px 0 12px; }
      .waiting h3 { flex: 1; }
    `,
  ];

  constructor() {
    super();
    this.acts = [];
    this.editing = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('card') && !isComplete(this.card)) this.editing = true;
  }

  override updated(): void {
    const { experimentId, settings } = this.question;
    const asked = JSON.stringify([experimentId, settings.filter, settings.runs, this.card.kind, this.#columns()]);
    if (asked === this.#asked) return;
    const isNew = this.#asked !== '';
    this.#asked = asked;
    if (isNew) this.#values.reset();
  }

  override render() {
    return html`
      ${this.editing ? html`<fw-card-editor .card=${this.card} .offered=${this.offered} @change-card=${(event: CustomEvent<ChartCard>) => this.#tell(event.detail)}></fw-card-editor>` : nothing}
      ${this.#body()}
    `;
  }

  #body() {
    if (!isComplete(this.card))
      return this.#waiting(
        emptyState({ icon: 'chart', title: 'Choose what to draw', hint: 'Pick a column for each place above.' }),
      );
    if (this.#values.failure !== undefined && !this.#values.value)
      return this.#waiting(failedState(this.#values.failure, () => this.#values.reset()));
    if (!this.#data || this.#values.loading) return this.#waiting(skeleton(6));
    if (this.#data.runIds.length === 0) return this.#waiting(this.#nothing(this.#data));
    return this.#chart(this.#data);
  }

  #nothing({ total, lacking }: PlotData) {
    const hint =
      total === 0
        ? 'No run matches the filter.'
        : `None of ${lacking} runs has a finite value in all of these columns.`;
    return emptyState({ icon: 'chart', title: 'Nothing to draw', hint });
  }

  #waiting(content: unknown) {
    return html`<div class="waiting"><header><h3 class="cut">${spellOut(headingOf(this.card))}</h3>${this.#tools()}</header>${content}</div>`;
  }

  #chart(data: PlotData) {
    const { kind, logX, logY } = this.card;
    const heading = spellOut(headingOf(this.card));
    const tools = html`<span slot="tools">${this.#tools()}</span>`;
    switch (kind) {
      case 'scatter':
        return html`<fw-scatter-chart .heading=${heading} .data=${data} .logX=${logX} .logY=${logY}>${tools}</fw-scatter-chart>`;
      case 'contour':
        return html`<fw-contour-chart .heading=${heading} .data=${data} .logX=${logX} .logY=${logY}>${tools}</fw-contour-chart>`;
      case 'parallel':
        return html`<fw-parallel-chart .heading=${heading} .data=${data} .logX=${logX}>${tools}</fw-parallel-chart>`;
      case 'box':
        return html`<fw-box-chart .heading=${heading} .data=${data} .logY=${logY}>${tools}</fw-box-chart>`;
      case 'importance':
        return html`<fw-importance-chart .heading=${heading} .data=${data}>${tools}</fw-importance-chart>`;
    }
  }

  #tools() {
    const heading = headingOf(this.card);
    return html`${iconButton({
      icon: 'sliders',
      label: `Columns and scales of ${heading}`,
      pressed: this.editing,
      onClick: () => {
        this.editing = !this.editing;
      },
    })}${iconButton({
      icon: 'more',
      label: `More for ${heading}`,
      onClick: (event) => openMenu(heading, this.acts, (event.currentTarget as HTMLElement).getBoundingClientRect()),
    })}`;
  }

  #columns(): readonly TableColumn[] {
    return this.card.columns.flatMap((id) => columnOf(id) ?? []).filter(({ grammar }) => grammar !== null);
  }

  #load(signal: AbortSignal): Promise<RunTable> | undefined {
    if (!isComplete(this.card)) return undefined;
    const { experimentId, settings } = this.question;
    const columns = [...new Set(this.#columns().flatMap(({ grammar }) => grammar ?? []))];
    const asked = { experimentIds: [experimentId], filter: settings.filter, view: settings.runs, columns };
    return this.app.client.experiments.values({ ...asked, limit: mostRuns[this.card.kind] }, { signal });
  }

  /** A column that no card names twice is fetched once, in the order of its first mention. */
  #plot({ runIds, names, columns, total }: RunTable): PlotData {
    const own = this.#columns();
    const places = [...new Set(own.map(({ grammar }) => grammar))];
    const inputs = own.map(({ label, grammar }) => ({ label, cells: columns[places.indexOf(grammar)] ?? [] }));
    return plotData({ runIds, names, total }, inputs);
  }

  #tell(card: ChartCard): void {
    this.dispatchEvent(new CustomEvent('card', { detail: card }));
  }
}

customElements.define('fw-run-chart', RunChart);
