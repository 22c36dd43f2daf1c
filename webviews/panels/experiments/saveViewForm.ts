/** Asks for the name of a view, and whether the project sees it. Saves nothing itself. */
import { html } from 'lit';
import { button, checkbox } from '../../ui/controls.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { type Anchor, showPopup } from '../../ui/popup.ts';
import { popupFormStyles } from '../../ui/popupForm.ts';
import { base } from '../../ui/styles.ts';

export type ViewName = { readonly name: string; readonly shared: boolean };
type Asked = ViewName & { readonly title: string; readonly at: Anchor; readonly onSave: (named: ViewName) => void };

export function askViewName({ title, name, shared, at, onSave }: Asked): void {
  const form = document.createElement('fw-save-view') as SaveViewForm;
  Object.assign(form, { heading: title, name, shared, onSave });
  form.close = showPopup(form, at);
}

export class SaveViewForm extends PanelPart {
  static override properties = { heading: {}, name: { state: true }, shared: { state: true } };
  declare heading: string;
  declare name: string;
  declare shared: boolean;
  onSave: (named: ViewName) => void = () => {};
  close: () => void = () => {};

  static override styles = [base, popupFormStyles];

  override firstUpdated(): void {
    const input = this.renderRoot.querySelector('input');
    input?.focus();
    input?.select();
  }

  override render() {
    const ready = this.name.trim() !== '';
    return html`<form @submit=${(event: Event) => event.preventDefault()} @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && ready && this.#save(event)}>
      <h3>${this.heading}</h3>
      <label>Name<input class="field" maxlength="200" .value=${this.name} @input=${(event: Event) => {
        this.name = (event.target as HTMLInputElement).value;
      }} /></label>
      ${checkbox({
        label: 'Share it with everyone in the project',
        checked: this.shared,
        onChange: (on) => {
          this.shared = on;
        },
      })}
      <footer>${button({ label: 'Cancel', onClick: () => this.close() })}${button({ label: 'Save', primary: true, disabled: !ready, onClick: () => this.#save() })}</footer>
    </form>`;
  }

  #save(event?: Event): void {
    event?.preventDefault();
    const { name, shared } = this;
    this.close();
    this.onSave({ name: name.trim(), shared });
  }
}

customElements.define('fw-save-view', SaveViewForm);
