/** The charts of an experiment's runs: which there are and in which order. A chart that is taken away can be brought back. */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Columns } from '../../../../protocol/model/experiment.ts';
import type { ViewContent } from '../../../../protocol/model/view.ts';
import { Resource } from '../../../state/resource.ts';
import { icon } from '../../../ui/icon.ts';
import { type MenuItem, openMenu } from '../../../ui/menu.ts';
import { spellOut } from '../../../ui/name.ts';
import { PanelPart } from '../../../ui/panelBase.ts';
import { emptyState, skeleton, stateStyles } from '../../../ui/states.ts';
import { base } from '../../../ui/styles.ts';
import type { ToastText } from '../../../ui/toast.ts';
import type { TableColumn } from '../tableColumn.ts';
import {
  type ChartCard,
  cardsOf,
  chartKinds,
  headingOf,
  kindWords,
  mostCards,
  proposals,
  withCards,
  withMode,
} from './chartCard.ts';
import './runChart.ts';

export class ChartsView extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    experimentId: {},
    settings: { attribute: false },
    offered: { attribute: false },
  };
  declare experimentId: string;
  declare settings: ViewContent;
  declare offered: readonly TableColumn[];
  #asked = '';

  /** What is the same in all runs makes no chart. */
  readonly #varying = new Resource<Columns>(this, {
    app: () => this.app,
    load: (signal) =>
      this.app.client.experiments.differing(
        { experimentIds: [this.experimentId], filter: this.settings.filter, view: this.settings.runs },
        { signal },
      ),
    isStale: () => false,
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { flex: 1; min-width: 0; overflow: auto; }
      .bar { display: flex; gap: 8px; padding: 10px 12px 0; }
      .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(460px, 100%), 1fr)); gap: 12px; padding: 10px 12px 24px; align-items: stretch; }
      .wide { grid-column: 1 / -1; }
      .offers { display: flex; flex-wrap: wrap; justify-content: center; gap: 8px; padding: 0 24px 24px; max-width: 960px; margin: 0 auto; }
      .offers button { width: min(290px, 100%); display: flex; justify-content: flex-start; align-items: center; gap: 10px; height: auto; padding: 8px 12px; text-align: start; border: 1px solid var(--fw-edge); }
      .offers .kind { color: var(--fw-dim); font-size: 11px; display: block; }
    `,
  ];

  override updated(): void {
    const asked = JSON.stringify([this.experimentId, this.settings.filter, this.settings.runs]);
    if (this.#asked !== '' && asked !== this.#asked) this.#varying.reset();
    this.#asked = asked;
  }

  override render() {
    const cards = cardsOf(this.settings);
    if (cards.length === 0) return this.#none();
    const question = { experimentId: this.experimentId, settings: this.settings };
    return html`
      <div class="bar"><button class="plain" ?disabled=${cards.length >= mostCards} @click=${(event: Event) => this.#offer(event)}>${icon('add')}Add a chart</button></div>
      <div class="cards">${repeat(
        cards,
        ({ id }) => id,
        (
          card,
        ) => html`<fw-run-chart class=${card.kind === 'parallel' ? 'wide' : ''} .app=${this.app} .card=${card} .question=${question} .offered=${this.offered} .acts=${this.#acts(card, cards)}
          @card=${(event: CustomEvent<ChartCard>) => this.#write(cards.map((one) => (one.id === card.id ? event.detail : one)))}
          @choose-runs=${(event: CustomEvent<readonly string[]>) => this.#show(event.detail)}
          @open-run=${(event: CustomEvent<string>) => void this.app.client.host.open({ panel: 'run', runId: event.detail })}></fw-run-chart>`,
      )}</div>
    `;
  }

  #none() {
    const varying = this.#varying.value;
    const failed = this.#varying.failure !== undefined;
    if (!varying && !failed) return skeleton(5);
    const offers = varying ? proposals(varying) : [];
    const hint =
      offers.length > 0
        ? 'One of these to begin with? Charts are kept with the view, and draw the runs that the filter finds.'
        : 'As soon as runs differ in a metric and in parameters, charts are proposed here.';
    return html`${emptyState({ icon: 'chart', title: 'No charts yet', hint })}
      <div class="offers">${offers.map((card) => html`<button class="plain" @click=${() => this.#add(card)}>${icon('add')}<span><span class="kind">${kindWords[card.kind]}</span>${spellOut(headingOf({ ...card, id: '' }))}</span></button>`)}
        ${offers.length > 1 ? html`<button class="plain" @click=${() => this.#write(offers.map((card) => ({ ...card, id: crypto.randomUUID() })))}>${icon('check')}<span><span class="kind">All of them</span>${offers.length} charts</span></button>` : nothing}
        <button class="plain" @click=${(event: Event) => this.#offer(event)}>${icon('sliders')}<span><span class="kind">Something else</span>Choose kind and columns</span></button>
      </div>`;
  }

  #offer(event: Event): void {
    const anchor = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const offers = this.#varying.value ? proposals(this.#varying.value) : [];
    const items: MenuItem[] = chartKinds.map((kind) => ({
      label: kindWords[kind],
      run: () =>
        this.#add({ kind, columns: offers.find((one) => one.kind === kind)?.columns ?? [], logX: false, logY: false }),
    }));
    openMenu('Add a chart', items, anchor);
  }

  #acts(card: ChartCard, cards: readonly ChartCard[]): readonly MenuItem[] {
    const at = cards.findIndex(({ id }) => id === card.id);
    const moved = (to: number) => this.#write(cards.toSpliced(at, 1).toSpliced(to, 0, card));
    return [
      { label: 'Move forward', icon: 'left', disabled: at === 0, run: () => moved(at - 1) },
      { label: 'Move back', icon: 'right', disabled: at === cards.length - 1, run: () => moved(at + 1) },
      {
        label: 'Duplicate',
        icon: 'copy',
        disabled: cards.length >= mostCards,
        run: () => this.#write(cards.toSpliced(at + 1, 0, { ...card, id: crypto.randomUUID() })),
      },
      { label: 'Remove', icon: 'trash', run: () => this.#remove(card, cards) },
    ];
  }

  #add(card: Omit<ChartCard, 'id'>): void {
    this.#write([...cardsOf(this.settings), { ...card, id: crypto.randomUUID() }]);
  }

  #remove(card: ChartCard, cards: readonly ChartCard[]): void {
    const at = cards.indexOf(card);
    this.#write(cards.filter((one) => one !== card));
    const back = () => this.#write(cardsOf(this.settings).toSpliced(at, 0, card));
    const toast: ToastText = { text: `Removed “${spellOut(headingOf(card))}”`, action: { label: 'Undo', run: back } };
    this.dispatchEvent(new CustomEvent('told', { detail: toast }));
  }

  /** The runs that were kept in a chart, as rows. */
  #show(runIds: readonly string[]): void {
    const filter = `attributes.run_id IN (${runIds.map((id) => `'${id}'`).join(', ')})`;
    this.dispatchEvent(new CustomEvent('settings', { detail: { ...withMode(this.settings, 'table'), filter } }));
  }

  #write(cards: readonly ChartCard[]): void {
    this.dispatchEvent(new CustomEvent('settings', { detail: withCards(this.settings, cards) }));
  }
}

customElements.define('fw-charts-view', ChartsView);
