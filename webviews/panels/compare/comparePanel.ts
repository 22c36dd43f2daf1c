/** Two to fifty runs side by side: what they are, what they were given, what came out, and what of it differs. */
import { html, nothing } from 'lit';
import type { Run } from '../../../protocol/model/run.ts';
import { mostCompared } from '../../../protocol/panel.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { formatCount } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { runStateStyles } from '../../ui/runState.ts';
import { failedState, offlineBanner, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/tabs.ts';
import './addRun.ts';
import './codeTab.ts';
import './compareGrid.ts';
import { ComparedRuns, type LoadedRuns } from './comparedRuns.ts';
import { type CompareRow, chosenRows } from './compareRow.ts';
import './curvesTab.ts';
import { environmentRows, type FactsByRun, factsOf } from './environmentFacts.ts';
import './filesTab.ts';
import { compareStyles } from './compareStyles.ts';
import { runHead } from './runHead.ts';
import { baselineOf, type ComparePlace, fewestCompared, moved, withoutRun, withRun } from './runOrder.ts';
import { type Directions, dataRows, metricRows, type Names, overviewRows, parameterRows } from './runRows.ts';
import './tableBar.ts';
import type { TableSettings } from './tableBar.ts';

type Navigation = TableSettings & { readonly tab: string };
const initial: Navigation = { tab: 'Overview', onlyDifferences: false, reading: 'last' };
const tables = ['Overview', 'Parameters', 'Metrics', 'Environment', 'Data'];
const tabs = ['Overview', 'Parameters', 'Metrics', 'Curves', 'Environment', 'Data', 'Artifacts', 'Code'];

const emptyWords: Readonly<Record<string, string>> = {
  Parameters: 'None of these runs has parameters.',
  Metrics: 'None of these runs has logged a metric.',
  Data: 'None of these runs has logged a dataset. mlflow.log_input records which version was used.',
};

export class ComparePanel extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    navigation: { state: true },
    search: { state: true },
    actionFailure: { state: true },
  };
  declare navigation: Navigation;
  declare search: string;
  declare actionFailure: unknown;
  readonly #compared = new ComparedRuns();
  #remembered: Remembered<Navigation> | null = null;
  #asked = '';
  #stop = () => {};

  readonly #runs = new Resource<LoadedRuns>(this, {
    app: () => this.app,
    load: (signal) => this.#compared.load(this.#place.runIds, { client: this.app.client, signal }),
    isStale: (message) => {
      if (message.kind === 'touched') return message.runs.filter(({ runId }) => this.#compared.touch(runId)).length > 0;
      return message.kind === 'event' && this.#compared.touch(message.event.subject.runId);
    },
    pace: 700,
  });
  readonly #names = new Resource<Names>(this, {
    app: () => this.app,
    load: (signal) => this.#loadNames(signal),
    isStale: (message) => isOf(message, ['project.', 'experiment.', 'catalog.']),
    pace: 2000,
  });
  readonly #directions = new Resource<Directions>(this, {
    app: () => this.app,
    load: (signal) => this.#loadDirections(signal),
    isStale: (message) => isOf(message, ['experiment.']),
    pace: 2000,
  });
  readonly #facts = new Resource<FactsByRun>(this, {
    app: () => this.app,
    load: (signal) =>
      this.navigation.tab === 'Environment' && this.#runs.value
        ? factsOf(this.#columns(), { client: this.app.client, signal })
        : undefined,
    isStale: (message) => isOf(message, ['environment.']),
  });

  static override styles = [base, stateStyles, runStateStyles, compareStyles];

  constructor() {
    super();
    this.navigation = initial;
    this.search = '';
    this.actionFailure = undefined;
  }

  get #place(): ComparePlace {
    const { place } = this.app;
    return place.panel === 'compare' ? place : { panel: 'compare', runIds: [] };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => this.requestUpdate());
    window.addEventListener('keydown', this.#key);
    this.#remembered = remember<Navigation>(this.app.client, 'compare.navigation', initial);
    void this.#remembered.read().then((navigation) => {
      this.navigation = tabs.includes(navigation.tab) ? navigation : initial;
    });
  }

  override disconnectedCallback(): void {
    this.#stop();
    window.removeEventListener('keydown', this.#key);
    super.disconnectedCallback();
  }

  override updated(): void {
    const { runIds } = this.#place;
    const asked = JSON.stringify([runIds, this.navigation.tab === 'Environment', this.#runs.value?.size]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    if (runIds.some((id) => !this.#runs.value?.has(id))) this.#runs.refresh();
    this.#facts.reset();
    this.#directions.refresh();
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    if (!this.#runs.value) {
      const { failure } = this.#runs;
      return html`${banner}${failure === undefined ? skeleton(9) : failedState(failure, () => this.#runs.reset())}`;
    }
    const { tab } = this.navigation;
    return html`${banner}
      <header class="row">
        <h1>${formatCount(this.#place.runIds.length)} runs compared</h1><span class="grow"></span>
        ${this.#adding()}
        <button class="plain" title="Copy a link to this comparison" @click=${() => void this.#try(this.app.client.host.copyLink(this.#place))}>${icon('link')}Copy link</button>
      </header>
      ${this.actionFailure === undefined ? nothing : failedState(this.actionFailure, () => this.#dismiss())}
      ${this.#unseen()}
      <fw-tabs .tabs=${tabs.map((id) => ({ id, label: id }))} .selected=${tab} @select=${(event: CustomEvent<string>) => this.#set({ tab: event.detail })}></fw-tabs>
      <div class="content" role="tabpanel" aria-label=${tab}>${tables.includes(tab) ? this.#table(tab) : this.#beside(tab)}</div>`;
  }

  #adding() {
    if (this.#place.runIds.length >= mostCompared)
      return html`<span class="dim">${mostCompared} runs can be compared at most</span>`;
    const add = (event: CustomEvent<string>) => this.#go(withRun(this.#place, event.detail));
    return html`<fw-add-run .app=${this.app} .without=${this.#place.runIds} @add=${add}></fw-add-run>`;
  }

  /** Those that are not there, or may not be seen: by id, which is all that is known. */
  #unseen() {
    const unseen = this.#place.runIds.filter((id) => {
      const loaded = this.#runs.value?.get(id);
      return loaded && 'problem' in loaded;
    });
    if (unseen.length === 0) return nothing;
    const words = `Not found, or not yours to see: ${unseen.join(', ')}.`;
    const drop = () => this.#go(unseen.reduce(withoutRun, this.#place));
    const canDrop = this.#place.runIds.length - unseen.length >= fewestCompared;
    return html`<div class="banner" role="status">${icon('warning')}<span class="grow">${words}</span>${canDrop ? html`<button class="plain" @click=${drop}>Remove</button>` : nothing}</div>`;
  }

  #table(tab: string) {
    const all = this.#rows(tab);
    if (all === null)
      return this.#facts.failure === undefined
        ? skeleton(8)
        : failedState(this.#facts.failure, () => this.#facts.reset());
    const { onlyDifferences } = this.navigation;
    const rows = chosenRows(all, { search: this.search, onlyDifferences });
    const heads = this.#columns().map((run, at) => (run ? spellOut(run.name) : (this.#place.runIds[at] ?? '')));
    return html`<fw-table-bar .app=${this.app} .settings=${this.navigation} .search=${this.search} .hasMetrics=${tab === 'Metrics'} .sheet=${{ heads, rows }} .total=${all.length} .heading=${tab}
        @set=${(event: CustomEvent<Partial<Navigation>>) => this.#set(event.detail)} @search=${(event: CustomEvent<string>) => this.#seek(event.detail)}></fw-table-bar>
      <fw-compare-grid .rows=${rows} .heads=${this.#heads()} .baseline=${this.#place.runIds.indexOf(this.#baseline())} aria-label=${tab}></fw-compare-grid>
      ${rows.length > 0 ? nothing : html`<p class="none dim">${all.length > 0 ? 'No row is left: everything is the same, or nothing has this in its name.' : emptyWords[tab]}</p>`}`;
  }

  #rows(tab: string): readonly CompareRow[] | null {
    const runs = this.#columns();
    switch (tab) {
      case 'Parameters':
        return parameterRows(runs);
      case 'Metrics':
        return metricRows(runs, this.navigation.reading, this.#directions.value ?? {});
      case 'Data':
        return dataRows(runs);
      case 'Environment':
        return this.#facts.value ? environmentRows(runs, this.#facts.value) : null;
      default:
        return overviewRows(
          runs,
          this.#names.value ?? { projects: new Map(), experiments: new Map(), currency: 'USD' },
        );
    }
  }

  #beside(tab: string) {
    const runs = this.#columns().filter((run) => run !== undefined);
    const baseline = this.#baseline();
    if (tab === 'Curves') return html`<fw-compare-curves-tab .app=${this.app} .runs=${runs}></fw-compare-curves-tab>`;
    if (tab === 'Artifacts')
      return html`<fw-files-tab .app=${this.app} .runs=${runs} .baseline=${baseline}></fw-files-tab>`;
    return html`<fw-compare-code-tab .app=${this.app} .runs=${runs} .baseline=${baseline}></fw-compare-code-tab>`;
  }

  #heads() {
    const place = this.#place;
    return place.runIds.map((id) => {
      const loaded = this.#runs.value?.get(id);
      const [run, problem] =
        loaded && 'run' in loaded ? [loaded.run, null] : [undefined, loaded?.problem ?? 'Loading…'];
      return runHead(
        { id, run, problem, isBaseline: id === this.#baseline() },
        {
          open: () => void this.#try(this.app.client.host.open({ panel: 'run', runId: id })),
          makeBaseline: () => this.#go({ ...place, baseline: id }),
          move: (by) => this.#go(moved(place, id, by)),
          remove: place.runIds.length > fewestCompared ? () => this.#go(withoutRun(place, id)) : null,
        },
      );
    });
  }

  /** Nothing can be compared with a run that may not be seen: the first of the others stands for it. */
  #baseline(): string {
    const seen = this.#columns().flatMap((run) => (run ? [run.id] : []));
    const chosen = baselineOf(this.#place);
    return seen.includes(chosen) ? chosen : (seen[0] ?? chosen);
  }

  #columns(): readonly (Run | undefined)[] {
    return this.#place.runIds.map((id) => {
      const loaded = this.#runs.value?.get(id);
      return loaded && 'run' in loaded ? loaded.run : undefined;
    });
  }

  async #loadNames(signal: AbortSignal): Promise<Names> {
    const { client } = this.app;
    const [projects, experiments, { currency }] = await Promise.all([
      client.projects.list({}, { signal }),
      client.experiments.list({}, { signal }),
      client.tiers.list(undefined, { signal }),
    ]);
    const byId = (items: readonly { id: string; name: string }[]) => new Map(items.map(({ id, name }) => [id, name]));
    return { projects: byId(projects), experiments: byId(experiments), currency };
  }

  #loadDirections(signal: AbortSignal): Promise<Directions> | undefined {
    const experimentIds = [...new Set(this.#columns().flatMap((run) => (run ? [run.experimentId] : [])))];
    if (experimentIds.length === 0) return undefined;
    return this.app.client.experiments.columns({ experimentIds }, { signal }).then(({ directions }) => directions);
  }

  readonly #key = (event: KeyboardEvent): void => {
    const isTyping = event
      .composedPath()
      .some((one) => one instanceof HTMLInputElement || one instanceof HTMLSelectElement);
    if (isTyping || event.key.toLowerCase() !== 'd' || event.ctrlKey || event.metaKey || event.altKey) return;
    this.#set({ onlyDifferences: !this.navigation.onlyDifferences });
  };

  #set(change: Partial<Navigation>): void {
    this.navigation = { ...this.navigation, ...change };
    this.#remembered?.write(this.navigation);
  }

  #seek(search: string): void {
    this.search = search;
  }

  #dismiss(): void {
    this.actionFailure = undefined;
  }

  /** The host keeps the place, so that a reload comes back to it. */
  #go(place: ComparePlace): void {
    void this.#try(this.app.client.host.open(place));
  }

  async #try(act: Promise<unknown>): Promise<void> {
    this.actionFailure = undefined;
    try {
      await act;
    } catch (error) {
      this.actionFailure = error;
    }
  }
}

customElements.define('fw-compare-panel', ComparePanel);
