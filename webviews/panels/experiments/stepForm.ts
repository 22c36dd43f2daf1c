/** Asks at which step a metric is to be read. */
import { html } from 'lit';
import { button } from '../../ui/controls.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { type Anchor, showPopup } from '../../ui/popup.ts';
import { popupFormStyles } from '../../ui/popupForm.ts';
import { base } from '../../ui/styles.ts';

export function askStep(key: string, at: Anchor, onStep: (step: number) => void): void {
  const form = document.createElement('fw-step-form') as StepForm;
  Object.assign(form, { key, onStep });
  form.close = showPopup(form, at);
}

export class StepForm extends PanelPart {
  static override properties = { key: {}, text: { state: true } };
  declare key: string;
  declare text: string;
  onStep: (step: number) => void = () => {};
  close: () => void = () => {};

  static override styles = [base, popupFormStyles];

  constructor() {
    super();
    this.text = '';
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  override render() {
    const ready = /^[+-]?\d{1,15}$/.test(this.text.trim());
    return html`<form @submit=${(event: Event) => event.preventDefault()} @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && ready && this.#take(event)}>
      <h3>${name(this.key)} at a step</h3>
      <label>Step<input class="field" inputmode="numeric" placeholder="100" aria-invalid=${String(this.text !== '' && !ready)} .value=${this.text} @input=${(
        event: Event,
      ) => {
        this.text = (event.target as HTMLInputElement).value;
      }} /></label>
      <footer><span class="dim">A whole number</span>${button({ label: 'Cancel', onClick: () => this.close() })}${button({ label: 'Add column', primary: true, disabled: !ready, onClick: () => this.#take() })}</footer>
    </form>`;
  }

  #take(event?: Event): void {
    event?.preventDefault();
    const step = Number(this.text.trim());
    this.close();
    this.onStep(step);
  }
}

customElements.define('fw-step-form', StepForm);
