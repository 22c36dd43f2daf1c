/** A new environment or the next revision of one: written, or read from files; checked while it is written. */
import { css, html, nothing } from 'lit';
import type { Environment } from '../../../protocol/model/environment.ts';
import type { DefinitionProblem, ImportedDefinition } from '../../../protocol/model/environmentFiles.ts';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import { button, dropdown, textArea, textField } from '../../ui/controls.ts';
import { icon } from '../../ui/icon.ts';
import { marked, name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { type Draft, definitionOf, emptyDraft, lacking, slugOf, withDefinition } from './draft.ts';
import { environmentStyles } from './environmentsStyles.ts';
import { problemList } from './parts.ts';

const checkAfterMs = 400;

export class EnvironmentForm extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    environment: { attribute: false },
    draft: { state: true },
    problems: { state: true },
    imported: { state: true },
    failure: { state: true },
    busy: { state: true },
  };
  /** Whose next revision it is; null for a new one. */
  declare environment: Environment | null;
  declare draft: Draft;
  declare problems: readonly DefinitionProblem[];
  declare imported: ImportedDefinition | null;
  declare failure: unknown;
  declare busy: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #filled: string | null | undefined;

  static override styles = [
    base,
    stateStyles,
    environmentStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      .fields { flex: 1; overflow: auto; display: flex; flex-direction: column; gap: 14px; padding: 16px; }
      .fields > * { max-width: 760px; width: 100%; }
      h1 { font-size: 18px; font-weight: 600; line-height: 24px; }
      label { display: flex; flex-direction: column; gap: 4px; }
      label select { width: auto; align-self: start; }
      vscode-text-field, vscode-text-area { width: 100%; }
      vscode-text-area::part(control) { font-family: var(--fw-mono); font-size: 12px; line-height: 17px; }
      footer { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; padding: 10px 16px; border-top: 1px solid var(--fw-line); }
      .problems { flex-basis: 100%; max-height: 120px; overflow: auto; list-style: none; display: flex; flex-direction: column; gap: 4px; }
      .problems li { align-items: flex-start; }
      .problems svg { margin-top: 2px; }
      .two { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
      .two > * { min-width: 0; }
      input[type='file'] { position: absolute; width: 1px; height: 1px; opacity: 0; }
      .import { padding: 10px 12px; border: 1px dashed var(--fw-edge); border-radius: 4px; flex-wrap: wrap; }
      .notes { flex-basis: 100%; margin: 0; padding-inline-start: 18px; color: var(--fw-dim); }
    `,
  ];

  constructor() {
    super();
    this.environment = null;
    this.draft = emptyDraft;
    this.problems = [];
    this.imported = null;
    this.failure = undefined;
    this.busy = false;
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  override willUpdate(): void {
    const id = this.environment?.id ?? null;
    if (this.#filled === id) return;
    this.#filled = id;
    this.draft = this.environment ? withDefinition(emptyDraft, this.environment.latest.definition) : emptyDraft;
  }

  override render() {
    const { environment, draft } = this;
    return html`<div class="fields">
        <h1>${environment ? html`Next revision of ${name(environment.name)}` : 'New environment'}</h1>
        ${this.#import()}
        ${environment ? nothing : this.#naming()}
        <label>Made as${dropdown({
          label: 'Made as',
          value: draft.kind,
          options: [
            { value: 'python', text: 'Python with pip requirements' },
            { value: 'container', text: 'Dev Container' },
          ],
          onChange: (kind) => this.#set({ kind: kind === 'container' ? 'container' : 'python' }),
        })}</label>
        ${draft.kind === 'container' ? this.#container() : nothing}
        ${this.#area('requirements', 'Requirements (pip)', 'scikit-learn==1.7.2\nmlflow-skinny')}
        ${textField({ label: 'Python interpreter of the virtual environment', value: draft.python, placeholder: 'python3', onInput: (python) => this.#set({ python }) })}
        ${environment ? textField({ label: 'Why this revision', value: draft.message, placeholder: 'pandas 3 for the new readers', onInput: (message) => this.#set({ message }) }) : nothing}
        ${this.#need()}
        ${this.failure === undefined ? nothing : problem(this.failure)}
      </div>
      ${this.#foot()}`;
  }

  #foot() {
    const { environment } = this;
    const lacks = lacking(this.draft, environment === null);
    const wrong = this.problems.some(({ severity }) => severity === 'error');
    return html`<footer>
        ${problemList(this.problems)}
        ${button({ label: this.#saveLabel(), primary: true, disabled: this.busy || lacks !== null || wrong, onClick: () => void this.#save() })}
        ${button({ label: 'Cancel', onClick: () => this.dispatchEvent(new CustomEvent('cancel')) })}
        <span class="dim">${lacks ?? (wrong ? 'Correct what is marked first' : '')}</span>
      </footer>`;
  }

  #saveLabel(): string {
    if (this.busy) return 'Saving…';
    if (this.environment) return 'Save revision';
    return dockerNeed(definitionOf(this.draft)) === null ? 'Create and build' : 'Create';
  }

  #import() {
    const { imported } = this;
    return html`<div class="row import">
      <input type="file" id="files" multiple aria-label="Files to import" @change=${(event: Event) => void this.#read(event.target as HTMLInputElement)} />
      ${button({ label: 'Import files…', icon: 'folder', onClick: () => this.renderRoot.querySelector<HTMLInputElement>('#files')?.click() })}
      <span class="dim grow">${imported ? `From ${imported.used.join(', ')}` : 'devcontainer.json, Dockerfile, requirements.txt, pyproject.toml, environment.yml or renv.lock'}</span>
      ${imported && imported.notes.length > 0 ? html`<ul class="notes">${imported.notes.map((note) => html`<li>${marked(note)}</li>`)}</ul>` : nothing}
    </div>`;
  }

  #naming() {
    const { draft } = this;
    return html`<div class="two">
      ${textField({ label: 'Name', value: draft.name, placeholder: 'Vision', onInput: (text) => this.#set({ name: text }) })}
      ${textField({ label: 'What it is for', value: draft.description, placeholder: 'Training on pictures', onInput: (description) => this.#set({ description }) })}
    </div>`;
  }

  #container() {
    const { draft } = this;
    return html`
      ${this.#area('devcontainer', 'devcontainer.json')}
      ${/"dockerfile"|"dockerFile"/.test(draft.devcontainer) || draft.dockerfile !== '' ? this.#area('dockerfile', 'Dockerfile', 'FROM python:3.12-slim') : nothing}
      ${draft.conda === '' ? nothing : this.#area('conda', 'environment.yml')}
      ${draft.renv === '' ? nothing : this.#area('renv', 'renv.lock')}`;
  }

  #area(field: 'devcontainer' | 'dockerfile' | 'requirements' | 'conda' | 'renv', label: string, placeholder = '') {
    const rows = field === 'requirements' ? 5 : 9;
    const onInput = (text: string) => this.#set({ [field]: text });
    return textArea({ label, rows, value: this.draft[field], placeholder, onInput });
  }

  #need() {
    const need = dockerNeed(definitionOf(this.draft));
    if (need === null) return nothing;
    return html`<p class="look warn">${icon('warning')}<span>It needs a Docker host: ${need}. It is kept as it is; without such a host it cannot be built or launched.</span></p>`;
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), checkAfterMs);
  }

  async #check(): Promise<void> {
    const definition = definitionOf(this.draft);
    const isEmpty = definition.kind === 'container' && definition.devcontainer === '';
    try {
      const problems = isEmpty ? [] : await this.app.client.environments.validate({ definition });
      if (JSON.stringify(definitionOf(this.draft)) === JSON.stringify(definition)) this.problems = problems;
    } catch (error) {
      this.failure = error;
    }
  }

  async #read(input: HTMLInputElement): Promise<void> {
    const files = await Promise.all(
      [...(input.files ?? [])].map(async (file) => ({ path: file.name, text: await file.text() })),
    );
    input.value = '';
    if (files.length === 0) return;
    this.failure = undefined;
    try {
      this.imported = await this.app.client.environments.import({ files });
      this.problems = this.imported.problems;
      const named = this.draft.name === '' ? { ...this.draft, name: this.imported.name ?? '' } : this.draft;
      this.draft = withDefinition(named, this.imported.definition);
    } catch (error) {
      this.failure = error;
    }
  }

  async #save(): Promise<void> {
    this.busy = true;
    this.failure = undefined;
    try {
      const saved = await this.#send();
      const { id: environmentId, latest } = saved;
      if (dockerNeed(latest.definition) === null)
        void this.app.client.environments.build({ environmentId, revision: latest.revision }).catch(() => {});
      this.dispatchEvent(new CustomEvent('done', { detail: saved }));
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }

  #send(): Promise<Environment> {
    const { draft, environment } = this;
    const { environments } = this.app.client;
    const definition = definitionOf(draft);
    if (environment) return environments.revise({ environmentId: environment.id, definition, message: draft.message });
    const label = draft.name.trim();
    return environments.create({ id: slugOf(label), name: label, description: draft.description, definition });
  }
}

customElements.define('fw-environment-form', EnvironmentForm);
