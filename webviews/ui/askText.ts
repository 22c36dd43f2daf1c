/** A small form that asks for one line or a few, beside what was pressed. Does nothing with the answer itself. */
import { html, LitElement, nothing } from 'lit';
import { button } from './controls.ts';
import { type Anchor, showPopup } from './popup.ts';
import { popupFormStyles } from './popupForm.ts';
import { base } from './styles.ts';

export type Field = {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly kind?: 'line' | 'text' | 'date' | 'number' | 'choice';
  readonly choices?: readonly { readonly value: string; readonly text: string }[];
  readonly optional?: true;
};

export type Question = {
  readonly title: string;
  readonly action: string;
  readonly fields: readonly Field[];
  /** Above the fields. */
  readonly about?: unknown;
  /** What is wrong with the answer so far; null when nothing is. */
  readonly check?: (answer: Answer) => string | null;
};

export type Answer = Readonly<Record<string, string>>;

/** Null when it was left. */
export function askText(question: Question, at: Anchor): Promise<Answer | null> {
  const form = document.createElement('fw-ask-text') as AskText;
  const { promise, resolve } = Promise.withResolvers<Answer | null>();
  form.question = question;
  form.answer = Object.fromEntries(question.fields.map(({ name, value }) => [name, value ?? '']));
  form.settle = resolve;
  form.addEventListener('toggle', (event) => (event as ToggleEvent).newState === 'closed' && resolve(null));
  form.close = showPopup(form, at);
  return promise;
}

export class AskText extends LitElement {
  static override properties = { question: { attribute: false }, answer: { state: true } };
  declare question: Question;
  declare answer: Answer;
  settle: (answer: Answer | null) => void = () => {};
  close: () => void = () => {};

  static override styles = [base, popupFormStyles];

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.field, select')?.focus();
  }

  override render() {
    const { title, action, fields, about } = this.question;
    const wrong = this.#problem;
    return html`<form @submit=${(event: Event) => event.preventDefault()} @keydown=${this.#key}>
      <h3>${title}</h3>
      ${about ?? nothing}
      ${fields.map((field) => html`<label>${field.label}${this.#field(field)}</label>`)}
      <footer>${typeof wrong === 'string' && wrong !== '' ? html`<span class="dim" role="status">${wrong}</span>` : nothing}
        ${button({ label: 'Cancel', onClick: () => this.close() })}${button({ label: action, primary: true, disabled: wrong !== null, onClick: () => this.#done() })}</footer>
    </form>`;
  }

  /** Null: it can be sent. Empty: something is missing, which its field shows. */
  get #problem(): string | null {
    const missing = this.question.fields.some(({ name, optional }) => !optional && this.answer[name]?.trim() === '');
    return missing ? '' : (this.question.check?.(this.answer) ?? null);
  }

  #field({ name, kind = 'line', placeholder, choices = [] }: Field) {
    const value = this.answer[name] ?? '';
    const set = (event: Event) => {
      this.answer = { ...this.answer, [name]: (event.target as HTMLInputElement).value };
    };
    const hint = placeholder ?? nothing;
    if (kind === 'choice') {
      return html`<select @change=${set}>${choices.map((one) => html`<option value=${one.value} ?selected=${one.value === value}>${one.text}</option>`)}</select>`;
    }
    if (kind === 'text') {
      return html`<textarea class="field" rows="3" maxlength="2000" placeholder=${hint} .value=${value} @input=${set}></textarea>`;
    }
    const type = kind === 'line' ? 'text' : kind;
    return html`<input class="field" type=${type} min="0" max=${kind === 'number' ? 100 : nothing} maxlength="300" placeholder=${hint} .value=${value} @input=${set} />`;
  }

  readonly #key = (event: KeyboardEvent) => {
    const isLine = (event.composedPath()[0] as Element).tagName !== 'TEXTAREA';
    if (event.key !== 'Enter' || !(isLine || event.ctrlKey || event.metaKey) || this.#problem !== null) return;
    event.preventDefault();
    this.#done();
  };

  #done(): void {
    this.settle(this.answer);
    this.close();
  }
}

customElements.define('fw-ask-text', AskText);

/** Beside the control that an event came from. */
export function anchorOf(event: Event): Anchor {
  return (event.currentTarget as Element).getBoundingClientRect();
}
