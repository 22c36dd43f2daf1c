/** Sets or changes one's own password, where the server takes passwords. */
import { css, html, nothing } from 'lit';
import { type PasswordState, password as passwordText } from '../../../protocol/model/password.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button } from '../../ui/controls.ts';
import { formatAgo } from '../../ui/format.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Draft = { readonly current: string; readonly password: string };
const emptyDraft: Draft = { current: '', password: '' };

export class PasswordForm extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    draft: { state: true },
    failure: { state: true },
    told: { state: true },
  };
  declare draft: Draft;
  declare failure: unknown;
  declare told: string;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; margin-top: 28px; }
      h3 { margin-bottom: 4px; }
      form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin-top: 8px; }
      label { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--fw-dim); flex: 0 1 260px; }
      .said { min-height: 18px; margin-top: 4px; font-size: 12px; }
    `,
  ];

  readonly #state = new Resource<PasswordState>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.session.password(undefined, { signal }),
    isStale: (message) => isOf(message, ['password.set']),
  });

  constructor() {
    super();
    this.draft = emptyDraft;
    this.failure = undefined;
    this.told = '';
  }

  override render() {
    const state = this.#state.value;
    return state?.offered ? this.#form(state.changedAt) : nothing;
  }

  #form(changedAt: number | null) {
    const { current, password } = this.draft;
    const wrong = password === '' ? undefined : passwordText.safeParse(password).error?.issues[0]?.message;
    const isReady = password !== '' && wrong === undefined && (changedAt === null || current !== '');
    const since =
      changedAt === null
        ? 'You have none yet.'
        : `Set ${formatAgo(changedAt)}. With a new one your other sessions end.`;
    return html`<h3>Password</h3><p class="dim">${since}</p>
      <form @submit=${(event: Event) => this.#submit(event, isReady)}>
        ${changedAt === null ? nothing : this.#field('current')}
        ${this.#field('password', wrong !== undefined)}
        ${button({ label: changedAt === null ? 'Set' : 'Change', disabled: !isReady, onClick: () => this.#submit(null, isReady) })}
        <button type="submit" hidden></button>
      </form>
      ${this.failure === undefined ? html`<p class="said ${wrong ? 'error' : 'dim'}" role="status">${wrong ?? this.told}</p>` : problem(this.failure)}`;
  }

  #field(field: keyof Draft, isWrong = false) {
    const [label, autocomplete] =
      field === 'current' ? ['Present password', 'current-password'] : ['New password', 'new-password'];
    return html`<label>${label}<input class="field" type="password" autocomplete=${autocomplete} aria-invalid=${String(isWrong)} .value=${this.draft[field]}
      @input=${(event: Event) => this.#set({ [field]: (event.target as HTMLInputElement).value })} /></label>`;
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.failure = undefined;
    this.told = '';
  }

  #submit(event: Event | null, isReady: boolean): void {
    event?.preventDefault();
    if (isReady) void this.#save();
  }

  async #save(): Promise<void> {
    try {
      this.failure = undefined;
      await this.app.client.session.setPassword(this.draft);
      this.draft = emptyDraft;
      this.told = 'It is set.';
    } catch (error) {
      this.failure = error;
    }
    this.#state.refresh();
  }
}

customElements.define('fw-password-form', PasswordForm);
