/** Finds runs by name among all that one may see, and tells which is to be added. */
import { css, html, nothing } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import { pause } from '../../state/pause.ts';
import { formatAgo } from '../../ui/format.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { runStateStyles, stateIcon } from '../../ui/runState.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

const shownRuns = 20;
/** What one search may look through. */
const mostExperiments = 100;
const settleMs = 200;

export class AddRun extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    without: { attribute: false },
    found: { state: true },
    text: { state: true },
    failure: { state: true },
  };
  /** Ids that are there already. */
  declare without: readonly string[];
  declare found: readonly RunRow[] | null;
  declare text: string;
  declare failure: unknown;
  #asking = new AbortController();

  static override styles = [
    base,
    stateStyles,
    runStateStyles,
    css`
      :host { position: relative; display: block; width: 220px; }
      .list { position: absolute; z-index: 9; inset-inline-end: 0; top: 28px; width: 360px; max-height: 320px; overflow: auto; background: var(--vscode-editorWidget-background); border: 1px solid var(--vscode-widget-border, var(--fw-edge)); padding: 4px 0; }
      .list button { display: flex; gap: 8px; width: 100%; height: 24px; justify-content: flex-start; border-radius: 0; }
      .list p { padding: 4px 8px; }
    `,
  ];

  constructor() {
    super();
    this.without = [];
    this.found = null;
    this.text = '';
    this.failure = undefined;
  }

  override disconnectedCallback(): void {
    this.#asking.abort();
    super.disconnectedCallback();
  }

  override render() {
    return html`<input class="field" type="search" placeholder="Add a run by name" aria-label="Add a run by name" .value=${this.text}
        @input=${(event: Event) => void this.#search((event.target as HTMLInputElement).value)} @keydown=${this.#key} />
      ${this.text.trim() === '' ? nothing : html`<div class="list" @keydown=${this.#key}>${this.#results()}</div>`}`;
  }

  #results() {
    if (this.failure !== undefined) return problem(this.failure);
    if (this.found === null) return html`<p class="dim" role="status">Searching…</p>`;
    const runs = this.found.filter((run) => !this.without.includes(run.id));
    if (runs.length === 0) return html`<p class="dim" role="status">No other run has this in its name.</p>`;
    return runs.map(
      (run) =>
        html`<button class="plain" @click=${() => this.#add(run.id)}><span class="run-state ${run.state}">${stateIcon(run.state)}</span><span class="cut">${name(run.name)}</span><span class="grow"></span><span class="dim">${run.projectId}, ${formatAgo(run.createdAt)}</span></button>`,
    );
  }

  readonly #key = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') this.text = '';
    if (!step) return;
    event.preventDefault();
    const stops = [...this.renderRoot.querySelectorAll<HTMLElement>('input, .list button')];
    const at = stops.indexOf((this.shadowRoot?.activeElement ?? null) as HTMLElement);
    stops[Math.max(0, Math.min(stops.length - 1, at + step))]?.focus();
  };

  #add(runId: string): void {
    this.text = '';
    this.dispatchEvent(new CustomEvent<string>('add', { detail: runId }));
  }

  async #search(text: string): Promise<void> {
    this.text = text;
    this.found = null;
    this.failure = undefined;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    await pause(settleMs, signal);
    if (signal.aborted || text.trim() === '') return;
    try {
      const found = await this.#find(text.trim(), signal);
      if (!signal.aborted) this.found = found;
    } catch (error) {
      if (!signal.aborted) this.failure = error;
    }
  }

  async #find(text: string, signal: AbortSignal): Promise<readonly RunRow[]> {
    const { experiments } = this.app.client;
    const experimentIds = (await experiments.list({}, { signal })).slice(0, mostExperiments).map(({ id }) => id);
    if (experimentIds.length === 0) return [];
    const pattern = `%${text.replaceAll("'", "''")}%`;
    const asked = { experimentIds, filter: `attributes.run_name ILIKE '${pattern}'`, limit: shownRuns };
    const page = await experiments.search({ ...asked, metrics: [], parameters: [], tags: [] }, { signal });
    return page.rows;
  }
}

customElements.define('fw-add-run', AddRun);
