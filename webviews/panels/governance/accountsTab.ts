/** People and service accounts that one looks after: what they may on the server, where they are signed in, and whether they count. */
import { css, html, nothing } from 'lit';
import type { Account, UpdateAccountInput } from '../../../protocol/model/account.ts';
import type { Project } from '../../../protocol/model/project.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { checkbox } from '../../ui/controls.ts';
import { formatAgo, formatTime } from '../../ui/format.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { shownOnce, shownOnceStyles } from '../../ui/shownOnce.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './accountForm.ts';
import './tokenList.ts';

export class AccountsTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    isAdmin: { type: Boolean },
    opened: { state: true },
    asked: { state: true },
    failure: { state: true },
    link: { state: true },
  };
  declare isAdmin: boolean;
  /** The account whose details are shown. */
  declare opened: string;
  /** What is to be confirmed of it. */
  declare asked: '' | 'disable' | 'end';
  declare failure: unknown;
  /** By which the opened account's person sets a password. */
  declare link: string;

  static override styles = [
    base,
    stateStyles,
    shownOnceStyles,
    css`
      :host { display: block; }
      .why { color: var(--fw-dim); max-width: 84ch; margin-bottom: 12px; }
      td, th { height: 32px; }
      td:first-child, th:first-child { padding-inline-start: 0; }
      .acts { text-align: end; padding-inline-end: 0; width: 90px; }
      .off td:not(.acts) { color: var(--fw-dim); }
      .details td { padding: 8px 0 16px 12px; border-inline-start: 2px solid var(--vscode-focusBorder); }
      .details:hover { background: none; }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 18px; margin-bottom: 10px; }
      .marks { display: inline-flex; gap: 6px; margin-inline-start: 8px; vertical-align: middle; }
      .mark { font-style: normal; font-size: 11px; line-height: 16px; padding: 0 6px; border-radius: 8px; background: var(--vscode-badge-background); color: var(--vscode-badge-foreground); border: 1px solid var(--vscode-contrastBorder, transparent); }
      @media (max-width: 620px) { .wide { display: none; } }
    `,
  ];

  readonly #accounts = new Resource<readonly Account[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.accounts.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['user.', 'token.']),
    pace: 500,
  });
  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    pace: 1000,
  });

  constructor() {
    super();
    this.isAdmin = false;
    this.opened = '';
    this.asked = '';
    this.failure = undefined;
    this.link = '';
  }

  override render() {
    const owned = (this.#projects.value ?? []).filter(({ role }) => role === 'owner');
    return html`<p class="why">${
      this.isAdmin
        ? 'People sign in; programs act as service accounts, which have roles like people, and tokens.'
        : 'Programs act as service accounts, which have roles like people, and tokens. You look after those of the projects that you own.'
    }</p>
      <fw-account-form .app=${this.app} .isAdmin=${this.isAdmin} .projects=${owned} @added=${(event: CustomEvent<string>) => this.#added(event.detail)}></fw-account-form>
      ${this.#list(owned.length > 0)}`;
  }

  #list(canAdd: boolean) {
    const { value, failure } = this.#accounts;
    if (failure !== undefined && !value) return failedState(failure, () => this.#accounts.reset());
    if (!value) return skeleton(5);
    if (value.length === 0) {
      const hint = canAdd
        ? 'Add one above for a pipeline or another program, give it a role, and make a token for it.'
        : 'Owners of a project add service accounts for the programs that work in it.';
      return emptyState({ icon: 'group', title: 'No service accounts yet', hint });
    }
    return html`<table>
      <thead><tr><th>Account</th><th class="wide">What it is</th><th>Last used</th><th class="acts"></th></tr></thead>
      <tbody>${value.map((account) => this.#row(account))}</tbody>
    </table>`;
  }

  #row(account: Account) {
    const { id, lastUsedAt, disabledAt } = account;
    const isOpen = this.opened === id;
    return html`<tr class=${disabledAt === null ? '' : 'off'}>
        <td>${name(account.name)} <span class="dim mono">${id}</span><span class="marks">${marksOf(account).map((mark) => html`<i class="mark">${mark}</i>`)}</span></td>
        <td class="wide">${kindOf(account)}</td>
        <td title=${lastUsedAt === null ? nothing : formatTime(lastUsedAt)}>${lastUsedAt === null ? html`<span class="dim">never</span>` : formatAgo(lastUsedAt)}</td>
        <td class="acts"><button class="plain" aria-expanded=${String(isOpen)} aria-label=${`Details of ${id}`} @click=${() => this.#open(isOpen ? '' : id)}>${isOpen ? 'Close' : 'Details'}</button></td>
      </tr>
      ${isOpen ? html`<tr class="details"><td colspan="4">${this.#details(account)}</td></tr>` : nothing}`;
  }

  #details(account: Account) {
    const { id: userId, disabledAt } = account;
    const canHold = this.isAdmin && account.projectId === null;
    return html`<div class="bar">
        ${
          canHold
            ? html`${checkbox({ label: 'Administrator', checked: account.admin, onChange: (admin) => void this.#update({ userId, admin }) })}
            ${checkbox({ label: 'Auditor', checked: account.auditor, onChange: (auditor) => void this.#update({ userId, auditor }) })}`
            : nothing
        }
        <span class="grow"></span>
        ${this.#acts(account)}
      </div>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.link === '' ? nothing : shownOnce({ text: this.link, what: 'link', hint: 'Hand it to the person: it sets a password once, within a day.', onDone: () => this.#showLink('') })}
      <fw-token-list .app=${this.app} .userId=${userId} .canMake=${disabledAt === null}></fw-token-list>`;
  }

  #acts({ id: userId, kind, tokens, disabledAt }: Account) {
    if (this.asked === 'end')
      return this.#confirm('All its sessions and tokens end at once.', 'End all', () => this.#endAll(userId));
    if (this.asked === 'disable') {
      const what = 'It can do nothing from now on, and its tokens are gone. Its running jobs go on.';
      return this.#confirm(what, 'Disable', () => this.#update({ userId, disabled: true }));
    }
    return html`${kind === 'person' && disabledAt === null && this.isAdmin ? html`<button class="plain" @click=${() => void this.#makeLink(userId)}>Password link</button>` : nothing}
      ${tokens > 0 ? html`<button class="plain" @click=${() => this.#ask('end')}>End all sessions and tokens</button>` : nothing}
      ${
        disabledAt === null
          ? html`<button class="plain" @click=${() => this.#ask('disable')}>Disable</button>`
          : html`<button class="plain" @click=${() => void this.#update({ userId, disabled: false })}>Enable</button>`
      }`;
  }

  #confirm(what: string, action: string, act: () => Promise<void>) {
    return html`<span>${what}</span><button class="plain" @click=${() => this.#ask('')}>Cancel</button><button class="plain error" @click=${() => void act()}>${action}</button>`;
  }

  #open(id: string): void {
    this.opened = id;
    this.asked = '';
    this.failure = undefined;
    this.link = '';
  }

  #added(id: string): void {
    this.#open(id);
    this.#accounts.refresh();
  }

  #ask(asked: AccountsTab['asked']): void {
    this.asked = asked;
    if (asked) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.bar .error')?.focus());
  }

  #update(input: UpdateAccountInput): Promise<void> {
    return this.#try(() => this.app.client.accounts.update(input));
  }

  #makeLink(userId: string): Promise<void> {
    return this.#try(async () => {
      const { path } = await this.app.client.accounts.resetPassword({ userId });
      this.#showLink(new URL(path, this.app.connection.status.url ?? undefined).href);
    });
  }

  #showLink(link: string): void {
    this.link = link;
  }

  #endAll(userId: string): Promise<void> {
    return this.#try(() => this.app.client.accounts.endSessions({ userId }));
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.failure = undefined;
      this.asked = '';
      await work();
    } catch (error) {
      this.failure = error;
    }
    this.#accounts.refresh();
  }
}

function marksOf({ admin, auditor, disabledAt }: Account): readonly string[] {
  return [
    ...(disabledAt === null ? [] : ['disabled']),
    ...(admin ? ['administrator'] : []),
    ...(auditor ? ['auditor'] : []),
  ];
}

function kindOf({ kind, projectId, hasPassword, hasProvider }: Account): string {
  const ways = [...(hasPassword ? ['password'] : []), ...(hasProvider ? ['single sign-on'] : [])].join(' and ');
  if (kind === 'person') return ways === '' ? 'person' : `person, signs in by ${ways}`;
  return projectId === null ? 'service account of the server' : `service account of ${projectId}`;
}

customElements.define('fw-accounts-tab', AccountsTab);
