/** Makes a token and shows its secret once, until the next thing is done. */
import { css, html, nothing } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import { type ProjectRole, projectRoles, type TokenScope } from '../../../protocol/model/session.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { shownOnce, shownOnceStyles } from '../../ui/shownOnce.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Draft = {
  readonly name: string;
  readonly projectId: string;
  readonly role: ProjectRole;
  readonly days: string;
};
const emptyDraft: Draft = { name: '', projectId: '', role: 'contributor', days: '90' };
const lifetimes = [
  { value: '7', text: 'a week' },
  { value: '30', text: '30 days' },
  { value: '90', text: '90 days' },
  { value: '365', text: 'a year' },
  { value: 'never', text: 'without end' },
];

export class TokenForm extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    userId: {},
    draft: { state: true },
    secret: { state: true },
    failure: { state: true },
  };
  /** Whose; empty for one's own. */
  declare userId: string;
  declare draft: Draft;
  declare secret: string;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    shownOnceStyles,
    css`
      :host { display: block; }
      form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; }
      label { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--fw-dim); }
      label.name { flex: 1 1 160px; max-width: 260px; }
      select { width: auto; max-width: 220px; }
    `,
  ];

  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    pace: 1000,
  });

  constructor() {
    super();
    this.userId = '';
    this.draft = emptyDraft;
    this.secret = '';
    this.failure = undefined;
  }

  override render() {
    const { name, projectId, role, days } = this.draft;
    const projects = (this.#projects.value ?? []).map(({ id, name: called }) => ({
      value: id,
      text: `only ${spellOut(called)}`,
    }));
    const reach = [{ value: '', text: this.userId === '' ? 'all that you may' : 'all that it may' }, ...projects];
    const roles = projectRoles.map((value) => ({ value, text: value }));
    const isReady = name.trim() !== '';
    return html`<form @submit=${(event: Event) => this.#submit(event, isReady)} autocomplete="off">
      <label class="name">New token<input class="field" placeholder="what it is for" maxlength="200" .value=${name} @input=${(event: Event) => this.#set({ name: (event.target as HTMLInputElement).value })} /></label>
      <label>Reach${dropdown({ label: 'Reach', value: projectId, options: reach, onChange: (id) => this.#set({ projectId: id }) })}</label>
      ${projectId === '' ? nothing : html`<label>As${dropdown({ label: 'Role', value: role, options: roles, onChange: (one) => this.#set({ role: one as ProjectRole }) })}</label>`}
      <label>For${dropdown({ label: 'For how long', value: days, options: lifetimes, onChange: (one) => this.#set({ days: one }) })}</label>
      ${button({ label: 'Make', disabled: !isReady, onClick: () => this.#submit(null, isReady) })}
      <button type="submit" hidden></button>
    </form>
    ${this.failure === undefined ? nothing : problem(this.failure)}
    ${this.secret === '' ? nothing : this.#made()}`;
  }

  #made() {
    return shownOnce({ text: this.secret, what: 'token', hint: 'It is shown this once.', onDone: () => this.#hide() });
  }

  #hide(): void {
    this.secret = '';
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.failure = undefined;
  }

  #submit(event: Event | null, isReady: boolean): void {
    event?.preventDefault();
    if (isReady) void this.#make();
  }

  async #make(): Promise<void> {
    const { name, projectId, role, days } = this.draft;
    const scope: TokenScope = projectId === '' ? { kind: 'user' } : { kind: 'project', projectId, role };
    const whose = this.userId === '' ? {} : { userId: this.userId };
    try {
      this.failure = undefined;
      const expiresInDays = days === 'never' ? null : Number(days);
      const made = await this.app.client.session.createToken({ name, scope, expiresInDays, ...whose });
      this.secret = made.secret;
      this.draft = emptyDraft;
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('fw-token-form', TokenForm);
