/**
 * A note in Markdown under its heading: shown, edited as text with a preview,
 * saved with Ctrl+Enter and left with Escape. Whoever has the note saves it.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { button, iconButton } from './controls.ts';
import { formatCount } from './format.ts';
import { markdown, markdownStyles } from './markdown.ts';
import { base } from './styles.ts';

const longest = 20_000;

export class Note extends LitElement {
  static override properties = {
    heading: {},
    text: {},
    hint: {},
    save: { attribute: false },
    fixed: { type: Boolean },
    draft: { state: true },
    previewing: { state: true },
    busy: { state: true },
  };
  declare heading: string;
  declare text: string;
  /** What stands where there is no note yet. */
  declare hint: string;
  /** Answers whether it is saved; when not, the owner says why and the text stays open. */
  declare save: (text: string) => Promise<boolean>;
  /** For whoever may read it only. */
  declare fixed: boolean;
  declare draft: string | null;
  declare previewing: boolean;
  declare busy: boolean;

  static override styles = [
    base,
    markdownStyles,
    css`
      :host { display: block; min-width: 0; }
      .heading { display: flex; align-items: center; gap: 8px; min-height: 24px; margin-bottom: 4px; }
      .heading h2 { flex: 1; }
      .modes { display: flex; gap: 2px; margin-bottom: 4px; }
      .hint { color: var(--fw-dim); padding: 4px 0; }
      .preview { min-height: 118px; padding: 4px 6px; border: 1px solid var(--fw-edge); border-radius: 2px; }
      .below { flex-wrap: wrap; gap: 4px 8px; margin-top: 6px; }
      .keys { font-size: 12px; }
    `,
  ];

  constructor() {
    super();
    this.heading = 'Note';
    this.text = '';
    this.hint = '';
    this.fixed = false;
    this.draft = null;
    this.previewing = false;
    this.busy = false;
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.draft !== null && !this.previewing && (changed.get('draft') === null || changed.has('previewing')))
      this.renderRoot.querySelector('textarea')?.focus();
    // The button that was pressed is gone, and the focus must not fall out of the panel.
    else if (this.draft === null && typeof changed.get('draft') === 'string')
      this.renderRoot.querySelector<HTMLElement>('.heading button')?.focus();
  }

  override render() {
    return html`
      <div class="heading"><h2>${this.heading}</h2>
        ${this.draft === null && !this.fixed ? iconButton({ icon: 'edit', label: `Edit ${this.heading.toLowerCase()}`, onClick: () => this.#begin() }) : nothing}
      </div>
      ${this.draft === null ? this.#shown(this.text) : this.#editor(this.draft)}
    `;
  }

  #shown(text: string) {
    return text.trim() === '' ? html`<p class="hint">${this.hint}</p>` : markdown(text);
  }

  #editor(draft: string) {
    return html`<div @keydown=${this.#keys}>
      <div class="modes" role="group" aria-label="Text or preview">${this.#mode('Write', false)}${this.#mode('Preview', true)}</div>
      ${this.previewing ? html`<div class="preview">${this.#shown(draft)}</div>` : this.#field(draft)}
      <div class="row below">
        ${button({ label: this.busy ? 'Saving…' : 'Save', primary: true, disabled: this.busy, onClick: () => void this.#save() })}
        ${button({ label: 'Cancel', onClick: () => this.#end() })}
        <span class="dim keys">Markdown. Ctrl+Enter saves, Escape cancels.</span>
        ${draft.length > longest * 0.9 ? html`<span class="dim keys" role="status">${formatCount(draft.length)} of ${formatCount(longest)} characters</span>` : nothing}
      </div>
    </div>`;
  }

  #field(draft: string) {
    return html`<textarea class="field" rows="6" aria-label=${this.heading} maxlength=${longest} .value=${draft}
      @input=${(event: Event) => {
        this.draft = (event.target as HTMLTextAreaElement).value;
      }}></textarea>`;
  }

  #mode(label: string, preview: boolean) {
    return html`<button class="plain" aria-pressed=${String(this.previewing === preview)} @click=${() => {
      this.previewing = preview;
    }}>${label}</button>`;
  }

  readonly #keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.#end();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.#save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #begin(): void {
    this.previewing = false;
    this.draft = this.text;
    this.dispatchEvent(new CustomEvent('begin'));
  }

  #end(): void {
    this.draft = null;
  }

  async #save(): Promise<void> {
    if (this.busy || this.draft === null) return;
    this.busy = true;
    const saved = await this.save(this.draft);
    this.busy = false;
    if (saved) this.#end();
  }
}

customElements.define('fw-note', Note);
