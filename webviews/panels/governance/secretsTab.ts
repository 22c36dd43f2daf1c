/** Secrets of a person and of projects: set, replaced, deleted, never shown. A value leaves the page with the form. */
import { css, html } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import { type Secret, secretName, secretValue } from '../../../protocol/model/secret.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown, iconButton } from '../../ui/controls.ts';
import { formatAgo, formatTime } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

/** The empty id stands for the person's own. */
const own = '';
type Draft = { readonly name: string; readonly value: string };
const emptyDraft: Draft = { name: '', value: '' };

export class SecretsTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    asked: {},
    projectId: { state: true },
    draft: { state: true },
    removing: { state: true },
    failure: { state: true },
    told: { state: true },
  };
  /** The project that the place names. */
  declare asked: string;
  declare projectId: string;
  declare draft: Draft;
  declare removing: string;
  declare failure: unknown;
  declare told: string;
  #taken: string | null = null;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 6px; }
      .bar label { display: flex; align-items: center; gap: 8px; }
      .bar select { width: auto; max-width: 280px; }
      .why { color: var(--fw-dim); max-width: 84ch; margin-bottom: 16px; }
      form { display: grid; grid-template-columns: minmax(160px, 1fr) minmax(200px, 2fr) auto; gap: 4px 8px; align-items: end; margin-bottom: 4px; }
      form label { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--fw-dim); min-width: 0; }
      .said { min-height: 18px; margin-bottom: 14px; font-size: 12px; }
      table { table-layout: fixed; }
      td, th { height: 28px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      td:first-child, th:first-child { padding-inline-start: 0; width: 40%; }
      .acts { width: 190px; text-align: end; padding-inline-end: 0; }
      .acts .row { justify-content: flex-end; gap: 2px; }
      @media (max-width: 560px) { form { grid-template-columns: 1fr; } }
    `,
  ];

  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    pace: 1000,
  });
  readonly #secrets = new Resource<readonly Secret[]>(this, {
    app: () => this.app,
    load: (signal) => {
      const { projectId } = this;
      const { secrets } = this.app.client;
      return projectId === own ? secrets.listOwn(undefined, { signal }) : secrets.list({ projectId }, { signal });
    },
    isStale: (message) => isOf(message, ['secret.']),
    pace: 300,
  });

  constructor() {
    super();
    this.asked = own;
    this.projectId = own;
    this.draft = emptyDraft;
    this.removing = '';
    this.failure = undefined;
    this.told = '';
  }

  override willUpdate(): void {
    if (this.asked === this.#taken) return;
    this.#taken = this.asked;
    if (this.asked !== this.projectId) this.#choose(this.asked);
  }

  override render() {
    const projects = (this.#projects.value ?? []).map(({ id, name: called }) => ({
      value: id,
      text: spellOut(called),
    }));
    const homes = [{ value: own, text: 'You' }, ...projects];
    return html`
      <div class="bar"><label>Secrets of ${dropdown({ label: 'Whose secrets', value: this.projectId, options: homes, onChange: (id) => this.#choose(id) })}</label></div>
      <p class="why">${this.projectId === own ? 'Only runs that you launch get them, when you choose them there.' : 'Who launches in the project can choose them for a run; owners of the project set them.'}
        A run finds each in the variable of its name. In what runs print, their values are replaced by asterisks.</p>
      ${this.#form()}
      ${this.#list()}`;
  }

  #form() {
    const { draft } = this;
    const replaces = this.#secrets.value?.some((secret) => secret.name === draft.name) ?? false;
    const wrong = problemsOf(draft);
    const isReady = draft.name !== '' && draft.value !== '' && wrong.said === '';
    return html`<form @submit=${(event: Event) => this.#save(event, isReady)} autocomplete="off">
        <label>Name<input class="field mono" name="secret" placeholder="DATABASE_PASSWORD" spellcheck="false" .value=${draft.name} aria-invalid=${String(wrong.name !== undefined)}
          @input=${(event: Event) => this.#write({ name: (event.target as HTMLInputElement).value })} /></label>
        <label>Value<input class="field mono" type="password" autocomplete="new-password" .value=${draft.value} aria-invalid=${String(wrong.value !== undefined)}
          @input=${(event: Event) => this.#write({ value: (event.target as HTMLInputElement).value })} /></label>
        ${button({ label: replaces ? 'Replace' : 'Add', primary: true, disabled: !isReady, onClick: () => void this.#save(null, isReady) })}
        <button type="submit" hidden></button>
      </form>
      ${this.failure === undefined ? html`<p class="said ${wrong.said ? 'error' : 'dim'}" role="status">${wrong.said || this.told}</p>` : html`<div class="said">${problem(this.failure)}</div>`}`;
  }

  #list() {
    const { value, failure } = this.#secrets;
    if (failure !== undefined && !value) return failedState(failure, () => this.#secrets.reset());
    if (!value) return skeleton(5);
    if (value.length === 0) {
      return emptyState({
        icon: 'eye',
        title: 'No secrets yet',
        hint: 'Add a password or a key above, then choose it where you launch a run. It never stands in code, in a command or in a log.',
      });
    }
    return html`<table>
      <thead><tr><th>Name</th><th>Set by</th><th>Set</th><th class="acts"></th></tr></thead>
      <tbody>${value.map((secret) => this.#row(secret))}</tbody>
    </table>`;
  }

  #row(secret: Secret) {
    const isGoing = this.removing === secret.name;
    return html`<tr>
      <td class="mono">${secret.name}</td>
      <td>${name(secret.updatedBy.name)}</td>
      <td title=${formatTime(secret.updatedAt)}>${formatAgo(secret.updatedAt)}</td>
      <td class="acts"><div class="row">${
        isGoing
          ? html`<button class="plain" @click=${() => this.#keep()}>Keep</button><button class="plain error" @click=${() => void this.#remove(secret.name)}>Delete for good</button>`
          : html`<button class="plain" @click=${() => this.#replace(secret.name)}>Replace</button>${iconButton({ icon: 'trash', label: `Delete ${secret.name}`, onClick: () => this.#ask(secret.name) })}`
      }</div></td>
    </tr>`;
  }

  #write(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.failure = undefined;
    this.told = '';
  }

  #choose(projectId: string): void {
    this.projectId = projectId;
    this.draft = emptyDraft;
    this.removing = '';
    this.failure = undefined;
    this.told = '';
    this.#secrets.reset();
  }

  #replace(called: string): void {
    this.#write({ name: called, value: '' });
    this.renderRoot.querySelector<HTMLInputElement>('input[type=password]')?.focus();
  }

  #ask(called: string): void {
    this.removing = called;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.acts .error')?.focus());
  }

  #keep(): void {
    this.removing = '';
  }

  async #save(event: Event | null, isReady: boolean): Promise<void> {
    event?.preventDefault();
    if (!isReady) return;
    const { draft, projectId } = this;
    await this.#try(`${draft.name} is set.`, async () => {
      const { secrets } = this.app.client;
      await (projectId === own ? secrets.setOwn(draft) : secrets.set({ projectId, ...draft }));
      this.draft = emptyDraft;
    });
  }

  async #remove(called: string): Promise<void> {
    const { projectId } = this;
    await this.#try(`${called} is deleted.`, async () => {
      const { secrets } = this.app.client;
      await (projectId === own ? secrets.deleteOwn({ name: called }) : secrets.delete({ projectId, name: called }));
      this.removing = '';
    });
  }

  async #try(told: string, work: () => Promise<void>): Promise<void> {
    try {
      this.failure = undefined;
      this.told = '';
      await work();
      this.told = told;
      this.#secrets.refresh();
    } catch (error) {
      this.failure = error;
    }
  }
}

type Problems = { readonly name?: string; readonly value?: string; readonly said: string };

/** Of what was typed; what is still empty is no problem yet. */
function problemsOf(draft: Draft): Problems {
  const name = draft.name === '' ? undefined : secretName.safeParse(draft.name).error?.issues[0]?.message;
  const value = draft.value === '' ? undefined : secretValue.safeParse(draft.value).error?.issues[0]?.message;
  return { name, value, said: name ? `Name: ${name}` : value ? `Value: ${value}` : '' };
}

customElements.define('fw-secrets-tab', SecretsTab);
