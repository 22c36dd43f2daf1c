/** One sweep, live: what it has used, the best trial so far, what is known of the parameters, and every trial. */
import { html, nothing, type PropertyValues } from 'lit';
import type { SweepDetail } from '../../../protocol/model/sweep.ts';
import { Resource } from '../../state/resource.ts';
import { touchesExperiment } from '../../state/stale.ts';
import { formatAgo, formatMetric } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { runStateStyles } from '../../ui/runState.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './budgetForm.ts';
import { gauges } from './gauges.ts';
import { type SweepAct, sweepActions } from './sweepActions.ts';
import { sweepCharts } from './sweepCharts.ts';
import { sweepStyles } from './sweepStyles.ts';
import { trialTable } from './trialTable.ts';
import { countWords, endOf, goalWords, lookOf, samplerWords, type TrialOrder } from './words.ts';

export class SweepView extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    sweepId: {},
    failure: { state: true },
    extending: { state: true },
    order: { state: true },
  };
  declare sweepId: string;
  declare failure: unknown;
  declare extending: boolean;
  declare order: TrialOrder;

  #experimentId = '';

  readonly #sweep = new Resource<SweepDetail>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.sweeps.get({ sweepId: this.sweepId }, { signal }),
    isStale: (message) => touchesExperiment(message, this.#experimentId),
    pace: 700,
    onValue: ({ experimentId }) => {
      this.#experimentId = experimentId;
    },
  });

  static override styles = [base, stateStyles, runStateStyles, sweepStyles];

  constructor() {
    super();
    this.failure = undefined;
    this.extending = false;
    this.order = { by: 'number', ascending: false };
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.get('sweepId') !== undefined) this.#sweep.reset();
  }

  override render() {
    const { value, failure } = this.#sweep;
    if (!value) return failure === undefined ? skeleton(10) : failedState(failure, () => this.#sweep.reset());
    return html`<div class="page">
      ${this.#head(value)}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.extending ? html`<fw-budget-form .app=${this.app} .sweep=${value} @done=${() => this.#close()}></fw-budget-form>` : nothing}
      <div class="facts">
        <section class="card" aria-label="Budget"><h2>Budget</h2>${gauges(value)}<p class="dim">${countWords(value)}</p></section>
        <section class="card" aria-label="Best trial"><h2>${name(goalWords(value))}</h2>${this.#best(value)}</section>
      </div>
      ${value.trials.length === 0 ? this.#empty() : html`${sweepCharts(this, value, (runId) => this.#openRun(runId))}${this.#table(value)}`}
    </div>`;
  }

  #head(sweep: SweepDetail) {
    const { icon: sign, word, look } = lookOf(sweep);
    const end = endOf(sweep);
    return html`<div class="head">
        <h1 class="cut">${name(sweep.name)}</h1>
        <span class="run-state ${look}" role="status">${icon(sign)}${word}</span>
        <span class="grow"></span>
        ${sweepActions(sweep, (act) => void this.#act(act))}
      </div>
      <div class="sub">
        <button class="plain link" @click=${() => void this.app.client.host.open({ panel: 'sweep', projectId: sweep.projectId })}>All sweeps</button>
        <button class="plain link" @click=${() => void this.app.client.host.open({ panel: 'experiments', projectId: sweep.projectId, experimentId: sweep.experimentId })}>Its experiment</button>
        <span>${samplerWords(sweep)}</span>
        <span>begun ${formatAgo(sweep.createdAt)} by ${name(sweep.createdBy.name)}</span>
        ${sweep.definition === null ? nothing : html`<span class="mono cut">${name(sweep.definition.command)}</span>`}
      </div>
      ${end === null ? nothing : html`<p class="why ${look === 'failed' ? 'bad' : ''}">${name(end)}</p>`}`;
  }

  #best({ best, trials }: SweepDetail) {
    const trial = trials.find(({ number }) => number === best?.number);
    if (!best || !trial) {
      return html`<p class="dim">No trial has ended with a value yet.</p>`;
    }
    return html`<p class="best">${formatMetric(best.value)}</p>
      <p class="row">by <button class="plain link" @click=${() => this.#openRun(best.runId)}>trial ${best.number}</button></p>
      <dl class="given">${Object.entries(trial.values).map(([key, value]) => html`<div><dt>${name(key)}</dt><dd>${typeof value === 'number' ? formatMetric(value) : name(String(value))}</dd></div>`)}</dl>`;
  }

  #empty() {
    return emptyState({
      icon: 'clock',
      title: 'No trial yet',
      hint: 'The first ones are about to begin. If they stay away, the detail above says why.',
    });
  }

  #table(sweep: SweepDetail) {
    return trialTable(sweep, {
      order: this.order,
      onOrder: (order) => {
        this.order = order;
      },
      onOpen: (runId) => this.#openRun(runId),
    });
  }

  #openRun(runId: string): void {
    void this.app.client.host.open({ panel: 'run', runId });
  }

  #close(): void {
    this.extending = false;
    this.#sweep.refresh();
  }

  async #act(act: SweepAct): Promise<void> {
    const { client } = this.app;
    const { sweepId } = this;
    await this.#try(async () => {
      if (act === 'budget') this.extending = !this.extending;
      else if (act === 'best') this.#openRun((await client.sweeps.launchBest({ sweepId })).id);
      else await client.sweeps[act]({ sweepId });
      this.#sweep.refresh();
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      this.failure = undefined;
      await work();
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('fw-sweep-view', SweepView);
