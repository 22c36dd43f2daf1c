/**
 * The filter in MLflow's grammar: completes at the caret, underlines what is
 * wrong, and applies by Enter. The server knows the grammar; nothing here does.
 */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { Completion } from '../../../protocol/model/experiment.ts';
import { iconButton } from '../../ui/controls.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';

type Entry = { readonly text: string; readonly detail: string; readonly whole: boolean };

function entryOf({ text, detail, kind }: Completion['items'][number]): Entry {
  return { text, detail: detail ?? kind, whole: false };
}

export class FilterBar extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    experimentId: {},
    value: {},
    recent: { attribute: false },
    building: { type: Boolean },
    text: { state: true },
    completion: { state: true },
    open: { state: true },
    active: { state: true },
  };
  declare experimentId: string;
  /** What is applied. */
  declare value: string;
  /** Filters that were applied before, the last first. */
  declare recent: readonly string[];
  /** Whether the form stands beneath. */
  declare building: boolean;
  declare text: string;
  declare completion: Completion | null;
  declare open: boolean;
  declare active: number;
  #abort = new AbortController();

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; flex: 1; min-width: min(260px, 100%); }
      .box { position: relative; display: flex; align-items: center; }
      .box > svg { position: absolute; inset-inline-start: 6px; color: var(--fw-dim); pointer-events: none; }
      input.field { padding-inline: 26px 50px; font-family: var(--fw-mono); font-size: 12px; }
      .box > .buttons { position: absolute; inset-inline-end: 2px; display: flex; }
      .under { position: absolute; inset: 0 51px 0 27px; overflow: hidden; white-space: pre; pointer-events: none; color: transparent; font-family: var(--fw-mono); font-size: 12px; line-height: 26px; }
      .under u { text-decoration: underline wavy var(--vscode-errorForeground); text-underline-offset: 3px; }
      .popup {
        position: absolute; z-index: 20; top: 28px; inset-inline-start: 0; width: min(460px, 100%); max-height: 260px; overflow: auto;
        background: var(--vscode-editorSuggestWidget-background, var(--vscode-editorWidget-background)); border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, var(--fw-line)));
        box-shadow: 0 2px 8px var(--vscode-widget-shadow);
      }
      .option { display: flex; align-items: center; gap: 12px; height: 22px; padding: 0 8px; cursor: pointer; font-family: var(--fw-mono); font-size: 12px; }
      .option .detail { margin-inline-start: auto; color: var(--fw-dim); font-family: var(--vscode-font-family); }
      .option:hover { background: var(--fw-hover); }
      .option[aria-selected='true'] { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .option[aria-selected='true'] .detail { color: inherit; }
      .why { padding: 4px 8px; color: var(--vscode-errorForeground); border-bottom: 1px solid var(--fw-line); }
    `,
  ];

  constructor() {
    super();
    this.value = '';
    this.recent = [];
    this.building = false;
    this.text = '';
    this.completion = null;
    this.open = false;
    this.active = -1;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('value') || changed.has('experimentId')) {
      this.text = this.value;
      this.completion = null;
    }
  }

  override render() {
    const error = this.completion?.error ?? null;
    return html`
      <div class="box">
        ${icon('search')}
        <input class="field" role="combobox" aria-label="Filter runs" aria-expanded=${String(this.open)} aria-controls="options" aria-invalid=${String(error !== null && !this.open)}
          aria-activedescendant=${this.open && this.active >= 0 ? `option-${this.active}` : nothing} autocomplete="off" spellcheck="false"
          placeholder="metrics.accuracy > 0.9 and params.model = 'tree'" .value=${this.text}
          @input=${this.#typed} @click=${this.#ask} @focus=${this.#ask} @keydown=${this.#key} @scroll=${() => this.requestUpdate()}
          @blur=${() => {
            this.open = false;
          }} />
        ${this.#underline()}
        <span class="buttons">
          ${this.text ? iconButton({ icon: 'close', label: 'Clear the filter', onClick: () => this.#apply('') }) : nothing}
          ${iconButton({ icon: 'sliders', label: 'Filter by a form', pressed: this.building, onClick: () => this.dispatchEvent(new CustomEvent('build')) })}
        </span>
      </div>
      ${this.open ? this.#popup() : nothing}
    `;
  }

  #underline() {
    const error = this.completion?.error;
    if (!error) return nothing;
    const shift = this.#input()?.scrollLeft ?? 0;
    const end = Math.max(error.to, error.from + 1);
    return html`<div class="under" aria-hidden="true"><span .style=${`margin-inline-start: ${-shift}px`}>${this.text.slice(0, error.from)}<u>${this.text.slice(error.from, end) || ' '}</u></span></div>`;
  }

  #popup() {
    const { error = null } = this.completion ?? {};
    const items = this.#entries();
    if (items.length === 0 && !error) return nothing;
    return html`<div class="popup" @mousedown=${(event: Event) => event.preventDefault()}>
      ${error && this.text.trim() !== '' ? html`<div class="why" role="alert">${error.message}</div>` : nothing}
      <div id="options" role="listbox" aria-label="Completions">
        ${items.slice(0, 200).map(
          (
            item,
            at,
          ) => html`<div class="option" role="option" id="option-${at}" aria-selected=${String(at === this.active)} @click=${() => this.#take(at)}>
          <span class="cut" title=${spellOut(item.text)}>${name(item.text)}</span><span class="detail">${item.detail}</span>
        </div>`,
        )}
      </div>
    </div>`;
  }

  override focus(): void {
    this.#input()?.focus();
  }

  /** Before anything is typed, what was asked before comes first. */
  #entries(): readonly Entry[] {
    const recent = this.text.trim() === '' ? this.recent : [];
    const items = this.completion?.items ?? [];
    return [...recent.map((text) => ({ text, detail: 'recent', whole: true })), ...items.map(entryOf)];
  }

  #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  readonly #typed = () => {
    this.text = this.#input()?.value ?? '';
    this.active = -1;
    void this.#ask();
  };

  readonly #ask = async () => {
    const input = this.#input();
    if (!input || !this.experimentId) return;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const question = {
        experimentIds: [this.experimentId],
        filter: input.value,
        caret: input.selectionStart ?? input.value.length,
      };
      const completion = await this.app.client.experiments.complete(question, { signal });
      if (signal.aborted) return;
      this.completion = completion;
      this.open = this.renderRoot.querySelector('input:focus') !== null;
    } catch {
      // Completion is a convenience: without it the filter still works.
    }
  };

  readonly #key = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = this.open && this.active >= 0;
    if (step && this.open) this.#move(step);
    else if (chosen && (event.key === 'Enter' || event.key === 'Tab')) this.#take(this.active);
    else if (event.key === 'Enter') this.#apply(this.text);
    else if (event.key === 'Escape') this.open = false;
    else return;
    event.preventDefault();
  };

  #move(step: number): void {
    const size = this.#entries().length;
    if (size === 0) return;
    this.active = (Math.max(this.active, step > 0 ? -1 : 0) + step + size) % size;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector(`#option-${this.active}`)?.scrollIntoView({ block: 'nearest' }),
    );
  }

  #take(at: number): void {
    const input = this.#input();
    const item = this.#entries()[at];
    if (!input || !item) return;
    if (item.whole) this.#apply(item.text);
    if (item.whole || !this.completion) return;
    const caret = input.selectionStart ?? this.text.length;
    const before = this.text.slice(0, this.completion.from) + item.text;
    this.text = `${before} ${this.text.slice(caret).trimStart()}`;
    this.active = -1;
    void this.updateComplete.then(() => {
      input.setSelectionRange(before.length + 1, before.length + 1);
      void this.#ask();
    });
  }

  #apply(filter: string): void {
    this.text = filter;
    this.open = false;
    this.dispatchEvent(new CustomEvent<string>('filter', { detail: filter.trim() }));
  }
}

customElements.define('fw-filter-bar', FilterBar);
