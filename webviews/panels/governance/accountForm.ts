/** Adds a person, or a service account of the server or of a project. */
import { css, html, nothing } from 'lit';
import { userId as userIdOf } from '../../../protocol/model/common.ts';
import type { Project } from '../../../protocol/model/project.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Draft = { readonly kind: string; readonly id: string; readonly name: string };

export class AccountForm extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    isAdmin: { type: Boolean },
    projects: { attribute: false },
    draft: { state: true },
    failure: { state: true },
  };
  declare isAdmin: boolean;
  /** Those that one owns. */
  declare projects: readonly Project[];
  declare draft: Draft;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; margin-bottom: 16px; }
      form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; }
      label { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--fw-dim); }
      label.text { flex: 1 1 140px; max-width: 240px; }
      select { width: auto; max-width: 280px; }
      .said { min-height: 18px; margin-top: 4px; font-size: 12px; }
    `,
  ];

  constructor() {
    super();
    this.isAdmin = false;
    this.projects = [];
    this.draft = { kind: '', id: '', name: '' };
    this.failure = undefined;
  }

  override render() {
    const kinds = this.#kinds();
    if (kinds.length === 0) return nothing;
    const { id, name } = this.draft;
    const wrong = id === '' ? undefined : userIdOf.safeParse(id).error?.issues[0]?.message;
    const isReady = id !== '' && wrong === undefined;
    return html`<form @submit=${(event: Event) => this.#submit(event, isReady)} autocomplete="off">
      <label>Add${dropdown({ label: 'What to add', value: this.#kind(), options: kinds, onChange: (kind) => this.#set({ kind }) })}</label>
      <label class="text">Id<input class="field mono" spellcheck="false" aria-invalid=${String(wrong !== undefined)} .value=${id} @input=${(event: Event) => this.#set({ id: (event.target as HTMLInputElement).value })} /></label>
      <label class="text">Name<input class="field" placeholder=${id || 'as others see it'} maxlength="200" .value=${name} @input=${(event: Event) => this.#set({ name: (event.target as HTMLInputElement).value })} /></label>
      ${button({ label: 'Add', primary: true, disabled: !isReady, onClick: () => this.#submit(null, isReady) })}
      <button type="submit" hidden></button>
    </form>
    ${this.failure === undefined ? html`<p class="said error" role="status">${wrong ? `Id: ${wrong}` : ''}</p>` : problem(this.failure)}`;
  }

  #kinds() {
    const ofServer = [
      { value: 'person', text: 'Person' },
      { value: 'service', text: 'Service account of the server' },
    ];
    const ofProjects = this.projects.map(({ id, name }) => ({
      value: `of:${id}`,
      text: `Service account of ${spellOut(name)}`,
    }));
    return [...(this.isAdmin ? ofServer : []), ...ofProjects];
  }

  #kind(): string {
    const kinds = this.#kinds();
    return kinds.some(({ value }) => value === this.draft.kind) ? this.draft.kind : (kinds[0]?.value ?? '');
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.failure = undefined;
  }

  #submit(event: Event | null, isReady: boolean): void {
    event?.preventDefault();
    if (isReady) void this.#add();
  }

  async #add(): Promise<void> {
    const { accounts, session } = this.app.client;
    const { id } = this.draft;
    const name = this.draft.name.trim() || id;
    const kind = this.#kind();
    try {
      this.failure = undefined;
      if (kind.startsWith('of:')) await accounts.createService({ projectId: kind.slice(3), id, name });
      else await session.createUser({ id, name, kind: kind === 'service' ? 'service' : 'person' });
      this.draft = { kind, id: '', name: '' };
      this.dispatchEvent(new CustomEvent<string>('added', { detail: id }));
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('fw-account-form', AccountForm);
