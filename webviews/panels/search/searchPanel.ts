/**
 * Finding prior work. Asks as one types, shows what is found with the lines
 * that say why, and opens it in its place: in the editor where there is one,
 * else beneath the hit.
 */
import { html, nothing } from 'lit';
import type { SearchHit, SearchKind, SearchResult } from '../../../protocol/model/search.ts';
import { pause } from '../../state/pause.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, iconButton } from '../../ui/controls.ts';
import { formatCount, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { startFrom } from '../../ui/startFrom.ts';
import { emptyState, failedState, offlineBanner, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { facetLists, kindChips } from './facetList.ts';
import { placeOf } from './hitPlace.ts';
import { hitView } from './hitView.ts';
import { searchStart } from './searchStart.ts';
import { searchStyles } from './searchStyles.ts';
import './textPreview.ts';

const typingMs = 150;
const pageLength = 20;
const mostRecent = 8;

type Answer = { readonly asked: string; readonly result: SearchResult };
type Preview = { readonly id: string; readonly line: number };
type Memory = { readonly recent: readonly string[] };

export class SearchPanel extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    text: { state: true },
    kinds: { state: true },
    limit: { state: true },
    recent: { state: true },
    preview: { state: true },
    refusal: { state: true },
  };
  declare text: string;
  declare kinds: readonly SearchKind[];
  declare limit: number;
  declare recent: readonly string[];
  declare preview: Preview | null;
  declare refusal: unknown;
  static override styles = [base, stateStyles, searchStyles];

  #typing = new AbortController();
  #stop = () => {};
  #place = '';
  #memory: Remembered<Memory> | null = null;

  readonly #answer = new Resource<Answer>(this, {
    app: () => this.app,
    load: (signal) => (this.text.trim() === '' ? undefined : this.#ask(signal)),
    isStale: (message) =>
      isOf(message, ['project.', 'run.updated', 'run.deleted', 'run.restored', 'model.', 'code.', 'comment.']),
    pace: 200,
  });

  constructor() {
    super();
    this.text = '';
    this.kinds = [];
    this.limit = pageLength;
    this.recent = [];
    this.preview = null;
    this.refusal = null;
  }

  override connectedCallback(): void {
    this.#takePlace();
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => {
      this.#takePlace();
      this.requestUpdate();
    });
    this.#memory = remember<Memory>(this.app.client, 'searches', { recent: [] });
    void this.#memory.read().then(({ recent }) => {
      this.recent = Array.isArray(recent) ? recent.filter((each) => typeof each === 'string') : [];
    });
    void this.updateComplete.then(() => this.#input()?.focus());
  }

  override disconnectedCallback(): void {
    this.#stop();
    this.#typing.abort();
    super.disconnectedCallback();
  }

  override render() {
    const { value, failure } = this.#answer;
    const isBlank = this.text.trim() === '';
    return html`${offlineBanner(this.app.connection, () => void this.app.client.host.connect())}
      <div class="top" @keydown=${this.#topKey}>
        <div class="box">
          ${icon('search')}
          <input class="field" type="text" role="searchbox" aria-label="Search projects, code and runs" autocomplete="off" spellcheck="false" maxlength="20000"
            placeholder="Search projects, code, documents, runs, models and people" .value=${this.text} @input=${this.#typed} />
          ${this.text === '' ? nothing : iconButton({ icon: 'close', label: 'Clear the search', onClick: () => this.#search('') })}
        </div>
        ${isBlank || failure !== undefined ? html`<div class="kinds"></div>` : kindChips(value?.result, this.kinds, (kinds) => this.#choose(kinds))}
      </div>
      <div class="body" @keydown=${this.#bodyKey}>
        ${isBlank ? html`<div class="results">${searchStart(this.recent, (text) => this.#search(text))}</div>` : this.#body(value, failure)}
      </div>`;
  }

  #body(value: Answer | undefined, failure: unknown) {
    if (failure !== undefined)
      return html`<div class="results">${failedState(failure, () => this.#answer.reset())}</div>`;
    if (!value) return html`<div class="results">${skeleton(6)}</div>`;
    const { result } = value;
    const isOld = value.asked !== this.text;
    return html`<div class="results ${isOld ? 'old' : ''}" aria-busy=${String(isOld)}>
        ${this.#told(result)}
        ${this.refusal === null ? nothing : problem(this.refusal)}
        ${result.hits.length === 0 ? this.#nothingFound(result) : this.#list(result)}
      </div>${result.total > 0 ? facetLists(result, this.text, (text) => this.#search(text)) : nothing}`;
  }

  #told({ total, more, notes, indexing, hits }: SearchResult) {
    const found = hits.length === 0 ? '' : more ? `More than ${formatCount(total)} found` : `${plural(total, 'hit')}`;
    return html`<div class="told" role="status">
      <span>${found}</span>${notes.map((note) => html`<span>${note}</span>`)}
      ${indexing ? html`<span>The index catches up with what was just pushed; more may be found soon.</span>` : nothing}
    </div>`;
  }

  #list(result: SearchResult) {
    const actions = {
      open: (hit: SearchHit, line?: number) => this.#open(hit, line),
      start: (hit: SearchHit, button: HTMLElement) => void this.#start(hit, button),
      key: (event: KeyboardEvent, hit: SearchHit) => this.#hitKey(event, hit),
      preview: (hit: SearchHit) => this.#previewOf(hit),
    };
    const rest = Math.min(result.total, 100) - result.hits.length;
    return html`<ol>${result.hits.map((hit) => hitView(hit, actions))}</ol>
      ${rest > 0 ? html`<div class="more">${button({ label: 'Show more', onClick: () => this.#showMore() })}</div>` : nothing}
      ${result.total > 100 && rest <= 0 ? html`<p class="dim more">The first 100 are shown. Narrow the search to see others.</p>` : nothing}`;
  }

  #nothingFound({ didYouMean }: SearchResult) {
    const hint =
      didYouMean === null
        ? 'All words must occur. Try fewer or other words, or the beginning of one with a * after it. You find only what is in projects that you may see.'
        : html`Did you mean <a href="#" @click=${(event: Event) => {
            event.preventDefault();
            this.#search(didYouMean);
          }}>${name(didYouMean)}</a>?`;
    const clear = button({ label: 'Search all kinds', onClick: () => this.#choose([]) });
    return emptyState({
      icon: 'search',
      title: 'Nothing found',
      hint,
      action: this.kinds.length > 0 ? clear : nothing,
    });
  }

  #previewOf(hit: SearchHit) {
    if (this.preview?.id !== hit.id) return nothing;
    return html`<fw-text-preview .app=${this.app} .hitId=${hit.id} .line=${this.preview.line}></fw-text-preview>`;
  }

  async #ask(signal: AbortSignal): Promise<Answer> {
    const asked = this.text;
    const question = { text: asked, kinds: [...this.kinds], limit: this.limit };
    return { asked, result: await this.app.client.search.query(question, { signal }) };
  }

  readonly #typed = () => {
    this.text = this.#input()?.value ?? '';
    this.#typing.abort();
    this.#typing = new AbortController();
    const { signal } = this.#typing;
    void pause(typingMs, signal).then(() => signal.aborted || this.#asked());
  };

  #search(text: string): void {
    this.text = text;
    this.#asked();
    this.#input()?.focus();
  }

  /** A failure belongs to what was asked before. */
  #asked(): void {
    this.limit = pageLength;
    this.preview = null;
    this.refusal = null;
    if (this.#answer.failure !== undefined || this.text.trim() === '') this.#answer.reset();
    else this.#answer.refresh();
  }

  #choose(kinds: readonly SearchKind[]): void {
    this.kinds = kinds;
    this.#asked();
  }

  #showMore(): void {
    this.limit = Math.min(100, this.limit + pageLength * 2);
    this.#answer.refresh();
  }

  #open(hit: SearchHit, line = hit.lines[0]?.line): void {
    this.#keep();
    const place = placeOf(hit);
    if (this.app.kind === 'vscode') void this.app.client.host.openFound({ hit, ...(line && { line }) });
    else if (hit.path !== null) this.#togglePreview(hit, line ?? 1);
    else if (place !== null) void this.app.client.host.open(place);
    else this.#search(hit.kind === 'person' ? `owner:"${hit.title}"` : `"${hit.title}"`);
  }

  /** Of a run, and of a file that only a run has, with the code of the run. */
  async #start({ projectId, projectName, runId, atHead, kind, title }: SearchHit, button: HTMLElement): Promise<void> {
    if (projectId === null) return;
    const project = { id: projectId, name: projectName ?? projectId };
    const run = runId === null || atHead ? undefined : { id: runId, name: kind === 'run' ? title : 'its run' };
    this.refusal = null;
    try {
      await startFrom({ app: this.app, project, run, at: button.getBoundingClientRect() });
      this.#keep();
    } catch (error) {
      this.refusal = error;
    }
  }

  #togglePreview(hit: SearchHit, line: number): void {
    const isShown = this.preview?.id === hit.id && this.preview.line === line;
    this.preview = isShown ? null : { id: hit.id, line };
  }

  /** What led to something is worth to be found again. */
  #keep(): void {
    const text = this.text.trim();
    this.recent = [text, ...this.recent.filter((each) => each !== text)].slice(0, mostRecent);
    this.#memory?.write({ recent: this.recent });
  }

  readonly #topKey = (event: KeyboardEvent) => {
    if (event.target !== this.#input()) return;
    if (event.key === 'Enter') this.#titles()[0]?.click();
    else if (event.key === 'ArrowDown') this.#titles()[0]?.focus();
    else return;
    event.preventDefault();
  };

  readonly #bodyKey = (event: KeyboardEvent) => {
    if (event.key !== '/' && event.key !== 'Escape') return;
    this.#input()?.focus();
    event.preventDefault();
  };

  #hitKey(event: KeyboardEvent, hit: SearchHit): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === ' ' && hit.path !== null) this.#togglePreview(hit, hit.lines[0]?.line ?? 1);
    else if (step) this.#step(event.target, step);
    else return;
    event.preventDefault();
  }

  #step(from: EventTarget | null, step: number): void {
    const titles = this.#titles();
    const next = titles[titles.indexOf(from as HTMLButtonElement) + step];
    if (next) next.focus();
    else if (step < 0) this.#input()?.focus();
  }

  #titles(): HTMLButtonElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLButtonElement>('button.title')];
  }

  #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  /** The host may ask for another search in the same panel. */
  #takePlace(): void {
    const { place } = this.app;
    if (place.panel !== 'search' || JSON.stringify(place) === this.#place) return;
    this.#place = JSON.stringify(place);
    if (place.text === undefined) return;
    this.text = place.text;
    if (this.isConnected) this.#answer.refresh();
  }
}

customElements.define('fw-search-panel', SearchPanel);
