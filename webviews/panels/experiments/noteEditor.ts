/** The note of a run, read whole and written over the table. */
import { css, html, nothing } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import type { PanelApp } from '../../app/client.ts';
import { button } from '../../ui/controls.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { type Anchor, showPopup } from '../../ui/popup.ts';
import { popupFormStyles } from '../../ui/popupForm.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

export function editNote(app: PanelApp, run: RunRow, options: { at: Anchor; onSaved: () => void }): void {
  const editor = document.createElement('fw-note-editor') as NoteEditor;
  Object.assign(editor, { app, run, onSaved: options.onSaved });
  editor.close = showPopup(editor, options.at);
}

export class NoteEditor extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    text: { state: true },
    failure: { state: true },
    busy: { state: true },
  };
  declare text: string | null;
  declare failure: unknown;
  declare busy: boolean;
  run: RunRow | null = null;
  onSaved: () => void = () => {};
  close: () => void = () => {};

  static override styles = [base, stateStyles, popupFormStyles, css`textarea.field { min-height: 110px; }`];

  constructor() {
    super();
    this.text = null;
    this.failure = undefined;
    this.busy = false;
  }

  /** A row has only the beginning of it. */
  override async firstUpdated(): Promise<void> {
    try {
      const { note } = await this.app.client.runs.get({ runId: this.run?.id ?? '' });
      this.text = note;
    } catch (error) {
      this.failure = error;
    }
    await this.updateComplete;
    this.renderRoot.querySelector('textarea')?.focus();
  }

  override render() {
    return html`<form @submit=${(event: Event) => event.preventDefault()} @keydown=${this.#key}>
      <h3>Note on ${name(this.run?.name ?? '')}</h3>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <textarea class="field" rows="6" maxlength="20000" aria-label="Note" ?disabled=${this.text === null} .value=${this.text ?? ''} @input=${(
        event: Event,
      ) => {
        this.text = (event.target as HTMLTextAreaElement).value;
      }}></textarea>
      <footer><span class="dim">Ctrl+Enter saves</span>
        ${button({ label: 'Cancel', onClick: () => this.close() })}
        ${button({ label: 'Save', primary: true, disabled: this.text === null || this.busy, onClick: () => void this.#save() })}</footer>
    </form>`;
  }

  readonly #key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.#save();
  };

  async #save(): Promise<void> {
    if (this.text === null || this.busy) return;
    this.busy = true;
    try {
      await this.app.client.runs.update({ runId: this.run?.id ?? '', note: this.text });
      this.close();
      this.onSaved();
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}

customElements.define('fw-note-editor', NoteEditor);
