/** Sweeps: the list of them, or one with its budget, its best trial, its charts and all its trials. */
import { html } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import type { Sweep } from '../../../protocol/model/sweep.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { dropdown } from '../../ui/controls.ts';
import { formatAgo, formatCount, formatMetric, formatMoney } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { runStateStyles } from '../../ui/runState.ts';
import { emptyState, failedState, offlineBanner, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './sweepView.ts';
import { sweepStyles } from './sweepStyles.ts';
import { goalWords, lookOf, samplerWords, trialCount } from './words.ts';

export class SweepPanel extends PanelPart {
  static override properties = { ...PanelPart.properties, projectId: { state: true } };
  declare projectId: string;
  #stop = () => {};
  #place = '';

  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    pace: 1000,
  });
  readonly #sweeps = new Resource<readonly Sweep[]>(this, {
    app: () => this.app,
    load: (signal) => (this.#sweepId() === null ? this.#ask(signal) : undefined),
    isStale: (message) => isOf(message, ['sweep.', 'run.state-changed']),
    pace: 1000,
  });

  static override styles = [base, stateStyles, runStateStyles, sweepStyles];

  constructor() {
    super();
    this.projectId = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
    this.#stop = this.app.connection.onChange(() => this.#follow());
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const sweepId = this.#sweepId();
    if (sweepId !== null) return html`${banner}<fw-sweep-view .app=${this.app} .sweepId=${sweepId}></fw-sweep-view>`;
    return html`${banner}<div class="page">${this.#bar()}${this.#list()}</div>`;
  }

  /** The host may show another place in the same panel. */
  #follow(): void {
    const { place } = this.app;
    const asked = JSON.stringify(place);
    this.requestUpdate();
    if (place.panel !== 'sweep' || asked === this.#place) return;
    const isFirst = this.#place === '';
    this.#place = asked;
    this.projectId = place.projectId ?? '';
    if (!isFirst) this.#sweeps.reset();
  }

  #sweepId(): string | null {
    const { place } = this.app;
    return place.panel === 'sweep' ? (place.sweepId ?? null) : null;
  }

  #bar() {
    const projects = (this.#projects.value ?? []).map(({ id, name: called }) => ({
      value: id,
      text: spellOut(called),
    }));
    const options = [{ value: '', text: 'all projects that I see' }, ...projects];
    return html`<div class="bar"><h1>Sweeps</h1>
      <label>Of ${dropdown({ label: 'Project', value: this.projectId, options, onChange: (id) => this.#choose(id) })}</label>
    </div>`;
  }

  #list() {
    const { value, failure } = this.#sweeps;
    if (!value) return failure === undefined ? skeleton(8) : failedState(failure, () => this.#sweeps.reset());
    if (value.length === 0) {
      return emptyState({
        icon: 'chart',
        title: 'No sweep yet',
        hint: html`A sweep runs one command with many values of its parameters and finds the best. In VS Code choose
          <b>Flywheel: New Sweep</b>, which writes a <span class="mono">sweep.yaml</span> to start from; on the command line
          <span class="mono">flywheel sweep sweep.yaml</span>. Scripts that use Optuna with MLflow show here by themselves.`,
      });
    }
    return html`<div class="scroll"><table>
      <thead><tr><th>Sweep</th><th>State</th><th>Goal</th><th class="number">Best</th><th class="number">Trials</th><th>How</th><th class="number">Spent</th><th>Begun</th><th>By</th></tr></thead>
      <tbody>${value.map((sweep) => this.#row(sweep))}</tbody>
    </table></div>`;
  }

  #row(sweep: Sweep) {
    const { icon: sign, word, look } = lookOf(sweep);
    const open = () => void this.app.client.host.open({ panel: 'sweep', sweepId: sweep.id });
    return html`<tr>
      <td><button class="plain link" @click=${open}>${name(sweep.name)}</button></td>
      <td><span class="run-state ${look}">${icon(sign)}${word}</span></td>
      <td>${name(goalWords(sweep))}</td>
      <td class="number mono">${sweep.best === null ? '–' : formatMetric(sweep.best.value)}</td>
      <td class="number mono">${formatCount(trialCount(sweep))}</td>
      <td class="dim">${samplerWords(sweep)}</td>
      <td class="number mono">${formatMoney(sweep.cost, sweep.currency)}</td>
      <td title=${new Date(sweep.createdAt).toLocaleString()}>${formatAgo(sweep.createdAt)}</td>
      <td>${name(sweep.createdBy.name)}</td>
    </tr>`;
  }

  #ask(signal: AbortSignal): Promise<readonly Sweep[]> {
    const of = this.projectId === '' ? {} : { projectId: this.projectId };
    return this.app.client.sweeps.list(of, { signal });
  }

  #choose(projectId: string): void {
    this.projectId = projectId;
    this.#sweeps.reset();
  }
}

customElements.define('fw-sweep-panel', SweepPanel);
