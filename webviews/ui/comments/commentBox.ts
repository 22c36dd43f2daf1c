/**
 * Where a comment is written: Markdown with names completed after an @, sent
 * with Ctrl+Enter, left with Escape. Whoever has it sends it; until that has
 * worked the text stays.
 */
import { css, html, LitElement, nothing } from 'lit';
import { longestComment } from '../../../protocol/model/comment.ts';
import type { Person } from '../../../protocol/model/common.ts';
import { button } from '../controls.ts';
import { formatCount } from '../format.ts';
import { name, spellOut } from '../name.ts';
import { base } from '../styles.ts';
import { completed, type Mention, mentionAt, peopleFor } from './mentionAt.ts';

export class CommentBox extends LitElement {
  static override properties = {
    label: {},
    action: {},
    text: {},
    people: { attribute: false },
    send: { attribute: false },
    leave: { attribute: false },
    mention: { state: true },
    chosen: { state: true },
    busy: { state: true },
  };
  declare label: string;
  declare action: string;
  declare text: string;
  declare people: readonly Person[];
  /** Answers whether it was sent. */
  declare send: (text: string) => Promise<boolean>;
  /** Absent where there is nothing to go back to. */
  declare leave: (() => void) | undefined;
  declare mention: Mention | null;
  declare chosen: number;
  declare busy: boolean;

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; }
      textarea.field { display: block; font: inherit; }
      .below { margin-top: 6px; flex-wrap: wrap; gap: 4px 8px; }
      .keys { font-size: 12px; }
      ul { position: absolute; z-index: 5; left: 0; min-width: 16em; max-width: 100%; list-style: none; margin-top: 2px; padding: 2px; border: 1px solid var(--fw-edge); border-radius: 3px; background: var(--vscode-editorSuggestWidget-background, var(--vscode-editorWidget-background)); box-shadow: 0 2px 8px var(--vscode-widget-shadow); }
      li { display: flex; gap: 8px; padding: 2px 6px; border-radius: 2px; cursor: pointer; }
      li[aria-selected='true'] { background: var(--vscode-editorSuggestWidget-selectedBackground, var(--vscode-list-activeSelectionBackground)); color: var(--vscode-editorSuggestWidget-selectedForeground, var(--vscode-list-activeSelectionForeground)); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      li .id { opacity: 0.8; }
    `,
  ];

  constructor() {
    super();
    this.label = 'Comment';
    this.action = 'Comment';
    this.text = '';
    this.people = [];
    this.mention = null;
    this.chosen = 0;
    this.busy = false;
  }

  override focus(): void {
    this.#field()?.focus();
  }

  override firstUpdated(): void {
    if (this.leave) this.focus();
  }

  override render() {
    const offered = this.#offered();
    const left = longestComment - this.text.length;
    return html`
      <textarea class="field" rows="3" aria-label=${this.label} placeholder=${this.label} maxlength=${longestComment} .value=${this.text}
        aria-autocomplete="list" aria-controls="people" aria-expanded=${String(offered.length > 0)} aria-activedescendant=${offered.length > 0 ? `person-${this.chosen}` : nothing}
        @input=${this.#typed} @keydown=${this.#keys} @blur=${() => this.#offer(null)}></textarea>
      ${offered.length > 0 ? html`<ul id="people" role="listbox" aria-label="People">${offered.map((person, index) => this.#person(person, index))}</ul>` : nothing}
      <div class="row below">
        ${button({ label: this.busy ? 'Sending…' : this.action, primary: true, disabled: this.busy || this.text.trim() === '', onClick: () => void this.#send() })}
        ${this.leave ? button({ label: 'Cancel', onClick: this.leave }) : nothing}
        <span class="dim keys">Markdown. @ names somebody, Ctrl+Enter sends.</span>
        ${left < 500 ? html`<span class="dim keys" role="status">${formatCount(left)} characters left</span>` : nothing}
      </div>
    `;
  }

  #person(person: Person, index: number) {
    return html`<li id="person-${index}" role="option" aria-selected=${String(index === this.chosen)} title=${spellOut(person.name)}
      @mousedown=${(event: Event) => {
        event.preventDefault();
        this.#take(person);
      }}>${name(person.name)} <span class="id">@${person.id}</span></li>`;
  }

  #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  #offered(): readonly Person[] {
    return this.mention === null ? [] : peopleFor(this.mention, this.people);
  }

  readonly #typed = () => {
    const field = this.#field();
    if (field === null) return;
    this.text = field.value;
    this.#offer(mentionAt(field.value, field.selectionStart));
  };

  #offer(mention: Mention | null): void {
    this.mention = mention;
    this.chosen = 0;
  }

  readonly #keys = (event: KeyboardEvent) => {
    const offered = this.#offered();
    if (!(offered.length > 0 ? this.#choose(event.key, offered) : this.#act(event))) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Answers whether the key was one of the list's. */
  #choose(key: string, offered: readonly Person[]): boolean {
    const person = offered[this.chosen];
    if (key === 'ArrowDown') this.chosen = (this.chosen + 1) % offered.length;
    else if (key === 'ArrowUp') this.chosen = (this.chosen + offered.length - 1) % offered.length;
    else if (key === 'Escape') this.#offer(null);
    else if ((key === 'Enter' || key === 'Tab') && person) this.#take(person);
    else return false;
    return true;
  }

  #act({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
    if (key === 'Escape' && this.leave) this.leave();
    else if (key === 'Enter' && (ctrlKey || metaKey)) void this.#send();
    else return false;
    return true;
  }

  #take(person: Person): void {
    const field = this.#field();
    if (field === null || this.mention === null) return;
    const { text, caret } = completed(this.text, this.mention, person);
    this.text = text;
    field.value = text;
    field.setSelectionRange(caret, caret);
    this.#offer(null);
  }

  async #send(): Promise<void> {
    if (this.busy || this.text.trim() === '') return;
    this.busy = true;
    const isSent = await this.send(this.text);
    this.busy = false;
    if (isSent) this.text = '';
  }
}

customElements.define('fw-comment-box', CommentBox);
