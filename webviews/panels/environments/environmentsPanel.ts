/** All environments: found by word, one of them open beside the list, new ones from a form or from files. */
import { css, html, nothing } from 'lit';
import type { Environment } from '../../../protocol/model/environment.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button } from '../../ui/controls.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart, tick } from '../../ui/panelBase.ts';
import { emptyState, failedState, offlineBanner, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/toast.ts';
import type { ToastText } from '../../ui/toast.ts';
import './environmentDetail.ts';
import './environmentForm.ts';
import { environmentStyles } from './environmentsStyles.ts';
import { look, stateSign } from './parts.ts';
import { buildLook, matches, sizeText, startText, traitsLine } from './words.ts';

/** What is shown beside the list: an environment, the form for a new one, or the form for its next revision. */
type Shown = { readonly id: string; readonly editing: boolean } | { readonly id: null; readonly editing: true };

export class EnvironmentsPanel extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    wanted: { state: true },
    shown: { state: true },
    toast: { state: true },
  };
  declare wanted: string;
  declare shown: Shown | null;
  declare toast: ToastText | null;
  #stops: (() => void)[] = [];
  #applied = '';

  readonly #environments = new Resource<readonly Environment[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.environments.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['environment.', 'run.created', 'run.state-changed']),
    pace: 500,
    onValue: (list) => {
      if (this.shown === null && list[0]) this.shown = { id: list[0].id, editing: false };
    },
  });

  static override styles = [
    base,
    stateStyles,
    environmentStyles,
    css`
      :host { position: relative; display: flex; flex-direction: column; height: 100%; min-height: 0; }
      .split { flex: 1; display: grid; grid-template-columns: minmax(240px, 340px) minmax(0, 1fr); min-height: 0; }
      aside { display: flex; flex-direction: column; min-height: 0; border-inline-end: 1px solid var(--fw-line); }
      .bar { display: flex; gap: 6px; padding: 8px 12px; border-bottom: 1px solid var(--fw-line); }
      .list { flex: 1; overflow: auto; }
      .item { display: flex; flex-direction: column; gap: 2px; width: 100%; padding: 8px 12px; text-align: start; font: inherit; color: inherit; background: none; border: 0; border-bottom: 1px solid var(--fw-line); cursor: pointer; }
      .item:hover { background: var(--fw-hover); }
      .item[aria-selected='true'] { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .item[aria-selected='true'] :is(.dim, .look svg, .sign) { color: inherit; }
      .item .foot { display: flex; gap: 12px; font-size: 12px; white-space: nowrap; }
      .item .foot > :first-child { flex: 1; }
      .item h3 { flex: 1; }
      main { min-width: 0; min-height: 0; overflow: hidden; display: flex; flex-direction: column; }
      main > * { flex: 1; min-height: 0; }
      @media (max-width: 640px) {
        .split { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(120px, 30%) minmax(0, 1fr); }
        aside { border-inline-end: 0; border-bottom: 1px solid var(--fw-line); }
      }
    `,
  ];

  constructor() {
    super();
    this.wanted = '';
    this.shown = null;
    this.toast = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stops = [tick(this, 10_000), this.app.connection.onChange(() => this.requestUpdate())];
  }

  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    super.disconnectedCallback();
  }

  override willUpdate(): void {
    const { place } = this.app;
    const asked = JSON.stringify(place);
    if (asked === this.#applied) return;
    this.#applied = asked;
    if (place.panel === 'environments' && place.environmentId) this.shown = { id: place.environmentId, editing: false };
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const list = this.#environments.value;
    if (!list) {
      const { failure } = this.#environments;
      return html`${banner}${failure === undefined ? skeleton(8) : failedState(failure, () => this.#environments.reset())}`;
    }
    return html`${banner}
      <div class="split">${this.#list(list)}<main>${this.#content(list)}</main></div>
      <fw-toast .toast=${this.toast} @end=${() => {
        this.toast = null;
      }}></fw-toast>`;
  }

  #list(list: readonly Environment[]) {
    const found = list.filter((environment) => matches(environment, this.wanted));
    return html`<aside>
      <div class="bar">
        <input class="field" type="search" placeholder="Search environments" aria-label="Search environments" .value=${this.wanted}
          @input=${(event: Event) => {
            this.wanted = (event.target as HTMLInputElement).value;
          }} />
        ${button({ label: 'New', icon: 'add', primary: true, onClick: () => this.#show({ id: null, editing: true }) })}
      </div>
      ${
        found.length === 0
          ? emptyState({
              icon: 'search',
              title: 'Nothing found',
              hint: 'No environment has all these words in its name, packages or image.',
            })
          : html`<div class="list" role="listbox" aria-label="Environments" @keydown=${this.#keys}>${found.map((each, at) => this.#item(each, at))}</div>`
      }
    </aside>`;
  }

  #item(environment: Environment, at: number) {
    const shown = environment.current ?? environment.latest;
    const selected = this.shown?.id === environment.id;
    const traits = traitsLine(shown);
    const tabbable = selected || (at === 0 && !this.shown?.id);
    return html`<button class="item" role="option" aria-selected=${String(selected)} tabindex=${tabbable ? 0 : -1} @click=${() => this.#show({ id: environment.id, editing: false })}>
      <span class="row"><h3 class="cut" title=${spellOut(environment.name)}>${name(environment.name)}</h3>${environment.current ? stateSign(shown.state) : html`<span class="sign retired">All retired</span>`}<span class="dim">r${shown.revision}</span></span>
      <span class="cut dim" title=${traits || nothing}>${traits || (shown.definition.kind === 'system' ? 'Whatever the server has' : 'No well-known packages')}</span>
      <span class="foot"><span class="row">${look(buildLook(shown))}</span>${shown.build.bytes === null ? nothing : html`<span class="dim" title="Size on disk">${sizeText(shown)}</span>`}${shown.startMs === null ? nothing : html`<span class="dim" title="Median time to start, of past runs">${startText(shown)} to start</span>`}</span>
    </button>`;
  }

  #content(list: readonly Environment[]) {
    const { shown } = this;
    if (shown === null) return nothing;
    const environment = list.find(({ id }) => id === shown.id);
    if (shown.editing) {
      return html`<fw-environment-form .app=${this.app} .environment=${environment ?? null}
        @done=${(event: CustomEvent<Environment>) => this.#saved(event.detail)} @cancel=${() => this.#show({ id: shown.id ?? list[0]?.id ?? '', editing: false })}></fw-environment-form>`;
    }
    if (!environment)
      return emptyState({
        icon: 'question',
        title: `There is no environment ${shown.id}`,
        hint: 'Choose one of the list.',
      });
    const place = this.app.place.panel === 'environments' ? this.app.place : null;
    const asked = place?.environmentId === environment.id ? (place.revision ?? null) : null;
    return html`<fw-environment-detail .app=${this.app} .environment=${environment} .asked=${asked}
      @edit=${() => this.#show({ id: environment.id, editing: true })}
      @toast=${(event: CustomEvent<ToastText>) => {
        this.toast = event.detail;
      }}></fw-environment-detail>`;
  }

  #saved(environment: Environment): void {
    this.#environments.refresh();
    this.toast = { text: `Revision ${environment.latest.revision} of ${environment.name} is saved.` };
    this.#show({ id: environment.id, editing: false });
  }

  #show(shown: Shown): void {
    this.shown = shown.id === '' ? null : shown;
  }

  readonly #keys = (event: KeyboardEvent) => {
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>('.item')];
    const at = all.findIndex((item) => item.matches(':focus'));
    const move = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, move))]?.focus();
  };
}

customElements.define('fw-environments-panel', EnvironmentsPanel);
