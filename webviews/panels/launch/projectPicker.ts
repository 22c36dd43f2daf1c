/** Chooses the project that a launch goes to, or makes a new one. */
import { css, html, nothing } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import { button, dropdown, textField } from '../../ui/controls.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { slugOf } from './launchForm.ts';

const newOne = '\u0000new';

export class ProjectPicker extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    projects: { attribute: false },
    selected: {},
    proposal: {},
    draft: { state: true },
    busy: { state: true },
    failure: { state: true },
  };
  declare projects: readonly Project[];
  declare selected: string;
  /** A name for a new project, from the folder. */
  declare proposal: string;
  declare draft: string | null;
  declare busy: boolean;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; }
      .draft { display: flex; flex-direction: column; gap: 8px; margin-top: 8px; padding: 10px; border: 1px solid var(--fw-edge); border-radius: 4px; }
      .draft vscode-text-field { width: 100%; }
      p { font-size: 12px; }
    `,
  ];

  constructor() {
    super();
    this.projects = [];
    this.selected = '';
    this.proposal = '';
    this.draft = null;
    this.busy = false;
    this.failure = undefined;
  }

  override render() {
    const usable = this.projects.filter((project) => project.role !== 'viewer');
    const options = usable.map((project) => ({ value: project.id, text: spellOut(project.name) }));
    const none =
      this.selected === '' ? [{ value: '', text: usable.length > 0 ? 'Choose a project' : 'No project yet' }] : [];
    return html`
      ${dropdown({
        label: 'Project',
        value: this.draft === null ? this.selected : newOne,
        options: [...none, ...options, { value: newOne, text: 'New project…' }],
        onChange: (value) => (value === newOne ? this.#begin() : this.#choose(value)),
      })}
      ${this.draft === null ? nothing : this.#form(this.draft)}
    `;
  }

  #form(draft: string) {
    const id = slugOf(draft);
    return html`<form class="draft" @submit=${(event: Event) => event.preventDefault()}>
      ${textField({
        label: 'Name of the new project',
        value: draft,
        onInput: (name) => {
          this.draft = name;
        },
      })}
      <p class="dim">${id === '' ? 'The name needs a letter or a digit.' : html`Its id will be <span class="mono">${id}</span>.`}</p>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <div class="row">
        ${button({ label: this.busy ? 'Creating…' : 'Create', primary: true, disabled: this.busy || id === '', onClick: () => void this.#create(id, draft) })}
        ${button({
          label: 'Cancel',
          onClick: () => {
            this.draft = null;
          },
        })}
      </div>
    </form>`;
  }

  #begin(): void {
    this.failure = undefined;
    this.draft = this.proposal;
  }

  #choose(id: string): void {
    this.draft = null;
    this.dispatchEvent(new CustomEvent<string>('choose', { detail: id }));
  }

  async #create(id: string, name: string): Promise<void> {
    this.busy = true;
    this.failure = undefined;
    try {
      const project = await this.app.client.projects.create({ id, name: name.trim() });
      this.dispatchEvent(new CustomEvent<Project>('created', { detail: project }));
      this.#choose(project.id);
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}

customElements.define('fw-project-picker', ProjectPicker);
