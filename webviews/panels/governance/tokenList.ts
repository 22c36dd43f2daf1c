/** Sessions and tokens of one account: which program used each last, from where, until when; and ending them. */
import { css, html, nothing } from 'lit';
import type { Token } from '../../../protocol/model/session.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { formatAgo, formatTime } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './tokenForm.ts';

export class TokenList extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    userId: {},
    canMake: { type: Boolean },
    ending: { state: true },
    failure: { state: true },
  };
  /** Whose; empty for one's own. */
  declare userId: string;
  declare canMake: boolean;
  declare ending: string;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; }
      table { table-layout: fixed; margin-bottom: 12px; }
      td, th { height: 30px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      td:first-child, th:first-child { padding-inline-start: 0; width: 30%; }
      .client { width: 26%; }
      .acts { width: 150px; text-align: end; padding-inline-end: 0; }
      .acts .row { justify-content: flex-end; gap: 2px; }
      .here { color: var(--fw-good); }
      @media (max-width: 700px) { .wide { display: none; } }
    `,
  ];

  readonly #tokens = new Resource<readonly Token[]>(this, {
    app: () => this.app,
    load: (signal) => {
      const { session, accounts } = this.app.client;
      return this.userId === ''
        ? session.listTokens(undefined, { signal })
        : accounts.tokens({ userId: this.userId }, { signal });
    },
    isStale: (message) => isOf(message, ['token.', 'user.']),
    pace: 500,
  });

  constructor() {
    super();
    this.userId = '';
    this.canMake = true;
    this.ending = '';
    this.failure = undefined;
  }

  override render() {
    const { value, failure } = this.#tokens;
    if (failure !== undefined && !value) return failedState(failure, () => this.#tokens.reset());
    return html`${value ? this.#list(value) : skeleton(3)}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.canMake ? html`<fw-token-form .app=${this.app} .userId=${this.userId}></fw-token-form>` : nothing}`;
  }

  #list(tokens: readonly Token[]) {
    if (tokens.length === 0) {
      const hint = this.canMake ? 'Make a token below for a program that acts as this account.' : '';
      return emptyState({ icon: 'link', title: 'No sessions and no tokens', hint });
    }
    return html`<table>
      <thead><tr><th>What</th><th class="client">Used by</th><th>Last used</th><th class="wide">Ends</th><th class="acts"></th></tr></thead>
      <tbody>${tokens.map((token) => this.#row(token))}</tbody>
    </table>`;
  }

  #row(token: Token) {
    const { kind, lastUsedAt, createdAt, expiresAt } = token;
    return html`<tr>
      <td title=${`${kind === 'session' ? 'Signed in' : 'Made'} ${formatTime(createdAt)}`}>${whatOf(token)}</td>
      <td class="client" title=${spellOut(token.client ?? '')}>${clientOf(token)}</td>
      <td title=${lastUsedAt === null ? nothing : formatTime(lastUsedAt)}>${usedOf(token)}</td>
      <td class="wide" title=${expiresAt === null ? nothing : formatTime(expiresAt)}>${expiresAt === null ? html`<span class="dim">never</span>` : inDays(expiresAt)}</td>
      <td class="acts"><div class="row">${this.#acts(token)}</div></td>
    </tr>`;
  }

  #acts({ id, current }: Token) {
    if (this.ending !== id)
      return html`<button class="plain" @click=${() => this.#ask(id)}>${current ? 'Sign out' : 'End'}</button>`;
    return html`<button class="plain" @click=${() => this.#ask('')}>Keep</button><button class="plain error" @click=${() => void this.#end(id)}>End it</button>`;
  }

  #ask(id: string): void {
    this.ending = id;
    if (id) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.acts .error')?.focus());
  }

  async #end(tokenId: string): Promise<void> {
    try {
      this.failure = undefined;
      await this.app.client.session.revokeToken({ tokenId });
      this.ending = '';
    } catch (error) {
      this.failure = error;
    }
    this.#tokens.refresh();
  }
}

function whatOf(token: Token) {
  const { madeBy, userId } = token;
  const maker = madeBy && madeBy.id !== userId ? html` <span class="dim">by ${name(madeBy.name)}</span>` : nothing;
  return html`${name(token.name)}${maker} <span class="dim">${reachOf(token)}</span>`;
}

function clientOf({ client, address }: Token) {
  const from = address === null ? nothing : html` <span class="dim">${address}</span>`;
  return html`${client === null ? html`<span class="dim">unknown</span>` : name(client)}${from}`;
}

function usedOf({ current, lastUsedAt }: Token) {
  if (current) return html`<span class="here">this one, now</span>`;
  return lastUsedAt === null ? html`<span class="dim">never</span>` : formatAgo(lastUsedAt);
}

function inDays(at: number): string {
  const days = Math.ceil((at - Date.now()) / 86_400_000);
  if (days <= 0) return 'has ended';
  return days === 1 ? 'within a day' : `in ${days} days`;
}

function reachOf({ scope, kind }: Token): string {
  if (scope.kind === 'project') return `${scope.role} in ${scope.projectId}`;
  return kind === 'session' ? 'session' : 'token';
}

customElements.define('fw-token-list', TokenList);
