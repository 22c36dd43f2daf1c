/** One run: its header, and what was chosen of overview, metrics, log, artifacts, code and history. */
import { css, html, nothing } from 'lit';
import { isFinal, type Run } from '../../../protocol/model/run.ts';
import type { Tab } from '../../ui/tabs.ts';
import '../../ui/tabs.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf, touchesRun } from '../../state/stale.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, offlineBanner, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { whenLoaded } from '../../ui/whenLoaded.ts';
import './artifactsTab.ts';
import './codeTab.ts';
import './historyTab.ts';
import './logTab.ts';
import './mediaTab.ts';
import './overviewTab.ts';
import './reproduceForm.ts';
import './runHeader.ts';

type Navigation = { readonly tab: string };

export class RunPanel extends PanelPart {
  static override properties = { ...PanelPart.properties, tab: { state: true }, reproducing: { state: true } };
  declare tab: string;
  /** The run whose repetition is being asked about: the panel may move to another one. */
  declare reproducing: string | null;
  #remembered: Remembered<Navigation> | null = null;
  #stop = () => {};

  readonly #run = new Resource<Run>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.runs.get({ runId: this.runId }, { signal }),
    isStale: (message) => touchesRun(message, this.runId) || (this.#waits && isOf(message, ['run.'])),
    pace: 500,
  });
  readonly #tiers = new Resource(this, {
    app: () => this.app,
    load: (signal) => this.app.client.tiers.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['catalog.']),
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; min-height: 0; }
      .content { flex: 1; min-height: 0; overflow: auto; display: flex; flex-direction: column; }
      .content > * { flex: 1 0 auto; }
      .content.fill > * { flex: 1; min-height: 0; }
    `,
  ];

  constructor() {
    super();
    this.tab = 'overview';
    this.reproducing = null;
  }

  get runId(): string {
    return this.app.place.panel === 'run' ? this.app.place.runId : '';
  }

  /** Whether other runs decide when this one starts. */
  get #waits(): boolean {
    return this.#run.value?.state === 'queued';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => this.requestUpdate());
    this.#remembered = remember<Navigation>(this.app.client, 'run.navigation', { tab: 'overview' });
    void this.#remembered.read().then(({ tab: last }) => {
      const tab = (this.app.place.panel === 'run' && this.app.place.tab) || last;
      this.tab = tabIds.has(tab) ? tab : 'overview';
    });
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const run = this.#run.value;
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    if (!run) {
      const failure = this.#run.failure;
      return html`${banner}${failure === undefined ? skeleton(9) : failedState(failure, () => this.#run.reset())}`;
    }
    return html`
      ${banner}
      <fw-run-header .app=${this.app} .run=${run} .tiers=${this.#tiers.value ?? null} @changed=${this.#changed} @reproduce=${() => this.#reproduce(run.id)}></fw-run-header>
      ${this.reproducing === run.id ? html`<fw-reproduce-form .app=${this.app} .run=${run} .tiers=${this.#tiers.value ?? null} @close=${() => this.#reproduce(null)}></fw-reproduce-form>` : nothing}
      <fw-tabs .tabs=${tabs(run)} .selected=${this.tab} @select=${(event: CustomEvent<string>) => this.#show(event.detail)}></fw-tabs>
      <div class="content ${this.tab === 'log' || this.tab === 'artifacts' || this.tab === 'code' ? 'fill' : ''}" role="tabpanel" aria-label=${this.tab}>
        ${this.#content(run)}
      </div>
    `;
  }

  #content(run: Run) {
    switch (this.tab) {
      case 'metrics':
        return whenLoaded(this, {
          tag: 'fw-metrics-tab',
          load: () => import('./metricsTab.ts'),
          draw: () => html`<fw-metrics-tab .app=${this.app} .run=${run}></fw-metrics-tab>`,
        });
      case 'media':
        return html`<fw-media-tab .app=${this.app} .runId=${run.id}></fw-media-tab>`;
      case 'log':
        return html`<fw-log-tab .app=${this.app} .runId=${run.id} .live=${!isFinal(run.state)}></fw-log-tab>`;
      case 'artifacts':
        return html`<fw-artifacts-tab .app=${this.app} .runId=${run.id} .live=${!isFinal(run.state)}></fw-artifacts-tab>`;
      case 'code':
        return run.code ? html`<fw-code-tab .app=${this.app} .run=${run}></fw-code-tab>` : nothing;
      case 'comments':
        return whenLoaded(this, {
          tag: 'fw-comments',
          load: () => import('../../ui/comments/comments.ts'),
          draw: () =>
            html`<fw-comments .app=${this.app} .projectId=${run.projectId} .target=${{ kind: 'run', runId: run.id }}></fw-comments>`,
        });
      case 'history':
        return html`<fw-history-tab .app=${this.app} .runId=${run.id}></fw-history-tab>`;
      default:
        return html`<fw-overview-tab .app=${this.app} .run=${run} @changed=${this.#changed} @show=${(event: CustomEvent<string>) => this.#show(event.detail)}></fw-overview-tab>`;
    }
  }

  #changed(event: CustomEvent<Run>): void {
    this.#run.take(event.detail);
  }

  #reproduce(runId: string | null): void {
    this.reproducing = runId;
  }

  #show(tab: string): void {
    this.tab = tab;
    this.#remembered?.write({ tab });
  }
}

const tabIds = new Set(['overview', 'metrics', 'media', 'log', 'artifacts', 'code', 'comments', 'history']);

function tabs(run: Run): Tab[] {
  const all: Tab[] = [
    { id: 'overview', label: 'Overview' },
    {
      id: 'metrics',
      label: 'Metrics',
      count: run.metrics.filter((metric) => !metric.key.startsWith('system/')).length,
    },
    { id: 'media', label: 'Media' },
    { id: 'log', label: 'Log' },
    { id: 'artifacts', label: 'Artifacts' },
    { id: 'code', label: 'Code' },
    { id: 'comments', label: 'Comments' },
    { id: 'history', label: 'History' },
  ];
  return all.filter((tab) => (tab.id === 'log' ? run.launched : tab.id === 'code' ? run.code !== null : true));
}

customElements.define('fw-run-panel', RunPanel);
