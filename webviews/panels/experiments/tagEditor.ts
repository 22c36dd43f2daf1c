/** The tags of a run, changed over the table. Tags that programs keep for themselves are not shown and stay. */
import { css, html, nothing } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import type { PanelApp } from '../../app/client.ts';
import { button, iconButton } from '../../ui/controls.ts';
import { icon } from '../../ui/icon.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { type Anchor, showPopup } from '../../ui/popup.ts';
import { popupFormStyles } from '../../ui/popupForm.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { type TagRow, tagChanges, tagComplaint } from './tagChanges.ts';

export function editTags(app: PanelApp, run: RunRow, options: { at: Anchor; onSaved: () => void }): void {
  const editor = document.createElement('fw-tag-editor') as TagEditor;
  Object.assign(editor, { app, run, onSaved: options.onSaved });
  editor.close = showPopup(editor, options.at);
}

const isOwn = (key: string): boolean => !key.startsWith('mlflow.') && !key.startsWith('flywheel.');

export class TagEditor extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    rows: { state: true },
    failure: { state: true },
    busy: { state: true },
  };
  declare rows: readonly TagRow[];
  declare failure: unknown;
  declare busy: boolean;
  run: RunRow | null = null;
  onSaved: () => void = () => {};
  close: () => void = () => {};
  #before: Readonly<Record<string, string>> | null = null;

  static override styles = [
    base,
    stateStyles,
    popupFormStyles,
    css`.tag { display: grid; grid-template-columns: 2fr 3fr 22px; gap: 6px; align-items: center; }`,
  ];

  constructor() {
    super();
    this.rows = [];
    this.failure = undefined;
    this.busy = false;
  }

  override async firstUpdated(): Promise<void> {
    try {
      const { tags } = await this.app.client.runs.get({ runId: this.run?.id ?? '' });
      this.#before = Object.fromEntries(Object.entries(tags).filter(([key]) => isOwn(key)));
      this.rows = [...Object.entries(this.#before).map(([key, value]) => ({ key, value })), { key: '', value: '' }];
    } catch (error) {
      this.failure = error;
    }
    await this.updateComplete;
    [...this.renderRoot.querySelectorAll('input')].at(-2)?.focus();
  }

  override render() {
    return html`<form @submit=${(event: Event) => event.preventDefault()} @keydown=${this.#key}>
      <h3>Tags of ${name(this.run?.name ?? '')}</h3>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.rows.map((row, at) => this.#row(row, at))}
      <div><button type="button" class="plain" @click=${() => void this.#add()}>${icon('add')}Add a tag</button></div>
      <footer><span class="dim">Enter saves</span>
        ${button({ label: 'Cancel', onClick: () => this.close() })}
        ${button({ label: 'Save', primary: true, disabled: this.#before === null || this.busy, onClick: () => void this.#save() })}</footer>
    </form>`;
  }

  #row(row: TagRow, at: number) {
    const input = (field: keyof TagRow, label: string) =>
      html`<input class="field" maxlength=${field === 'key' ? 250 : 8000} aria-label=${`${label} of tag ${at + 1}`} placeholder=${label} .value=${row[field]} @input=${(
        event: Event,
      ) => this.#set(at, { ...row, [field]: (event.target as HTMLInputElement).value })} />`;
    return html`<div class="tag">${input('key', 'Name')}${input('value', 'Value')}${iconButton({ icon: 'close', label: `Remove tag ${row.key}`, onClick: () => this.#remove(at) })}</div>`;
  }

  #set(at: number, row: TagRow): void {
    this.rows = this.rows.with(at, row);
  }

  #remove(at: number): void {
    this.rows = this.rows.toSpliced(at, 1);
  }

  async #add(): Promise<void> {
    this.rows = [...this.rows, { key: '', value: '' }];
    await this.updateComplete;
    [...this.renderRoot.querySelectorAll('input')].at(-2)?.focus();
  }

  readonly #key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    void this.#save();
  };

  async #save(): Promise<void> {
    if (this.#before === null || this.busy) return;
    const complaint = tagComplaint(this.rows);
    if (complaint !== null) {
      this.failure = new Error(complaint);
      return;
    }
    this.busy = true;
    try {
      await this.app.client.runs.update({ runId: this.run?.id ?? '', ...tagChanges(this.#before, this.rows) });
      this.close();
      this.onSaved();
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}

customElements.define('fw-tag-editor', TagEditor);
