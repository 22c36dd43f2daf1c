/** One workspace: what it is, what it does and costs, and what may be done with it. */
import { css, html, nothing } from 'lit';
import { isActive, sharings, type Workspace } from '../../../protocol/model/workspace.ts';
import { button, iconButton } from '../../ui/controls.ts';
import { formatMoney } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { openMenu } from '../../ui/menu.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart, tick } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { costNow, ranLine, savedLine, sharingWords, stateLooks, stopsSoon, stopTime, workLine } from './words.ts';

const extendMinutes = 120;

export class WorkspaceCard extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    workspace: { attribute: false },
    fetchedAt: { attribute: false },
    currency: {},
    mine: { type: Boolean },
    failure: { state: true },
    asking: { state: true },
    done: { state: true },
    output: { state: true },
  };
  declare workspace: Workspace;
  declare fetchedAt: number;
  declare currency: string;
  declare mine: boolean;
  declare failure: unknown;
  declare asking: boolean;
  declare done: string;
  declare output: string;
  #stop = () => {};

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; padding: 12px 0; border-bottom: 1px solid var(--fw-line); }
      .head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
      .head h3 { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .head .grow { flex: 1; }
      .actions { display: flex; align-items: center; gap: 6px; }
      .look { display: inline-flex; align-items: center; gap: 5px; white-space: nowrap; }
      .look svg.icon { width: 14px; height: 14px; }
      .look.good svg { color: var(--fw-good); }
      .look.bad svg { color: var(--fw-bad); }
      .look.warn svg { color: var(--fw-warn); }
      .look.dim svg { color: var(--fw-dim); }
      .look.active svg { color: var(--fw-active); animation: fw-turn 1.6s linear infinite; }
      @keyframes fw-turn { to { transform: rotate(1turn); } }
      @media (prefers-reduced-motion: reduce) { .look svg { animation: none !important; } }
      .facts { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 4px; color: var(--fw-dim); }
      .facts > * { white-space: nowrap; }
      .detail { margin-top: 4px; overflow-wrap: anywhere; }
      .notice, .ask { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 8px; padding: 6px 10px; border: 1px solid var(--vscode-inputValidation-warningBorder, var(--fw-line)); background: var(--vscode-inputValidation-warningBackground); color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground)); }
      .notice span, .ask span { flex: 1; min-width: 200px; }
      .problem { margin-top: 8px; }
      pre { max-height: 260px; margin: 8px 0 0; padding: 8px 10px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace); font-size: 12px; border: 1px solid var(--fw-line); }
    `,
  ];

  constructor() {
    super();
    this.failure = undefined;
    this.asking = false;
    this.done = '';
    this.output = '';
  }

  /** Costs and idle times go on by themselves. */
  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = tick(this, 10_000);
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const { workspace } = this;
    const { state, detail, saveProblem } = workspace;
    const look = stateLooks[state];
    return html`<div class="head">
        <h3 title=${spellOut(workspace.name)}>${name(workspace.name)}</h3>
        <span class="look ${look.tone}">${icon(look.icon)}${look.word}</span>
        <span class="grow"></span>
        ${this.#actions()}
      </div>
      ${detail === null ? nothing : html`<p class="detail">${name(detail)}</p>`}
      ${this.#facts()}
      ${saveProblem === null ? nothing : html`<p class="detail"><span class="look warn">${icon('warning')}</span> ${name(saveProblem)}</p>`}
      ${this.#notice()}
      ${this.asking ? this.#askDelete() : nothing}
      ${this.done === '' ? nothing : html`<p class="detail" role="status">${this.done}</p>`}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.output === '' ? nothing : html`<pre tabindex="0" aria-label="What its tool wrote last">${spellOut(this.output)}</pre>`}`;
  }

  #facts() {
    const { workspace } = this;
    const cost = formatMoney(costNow(workspace, this.fetchedAt, Date.now()), this.currency);
    const work = workLine(workspace, Date.now());
    return html`<div class="facts">
      <span>${name(workspace.toolTitle)}</span>
      <span>${name(workspace.projectId)}</span>
      <span>${name(workspace.environmentId)} r${workspace.environmentRevision}</span>
      <span>on ${name(workspace.tierId)}</span>
      ${this.mine ? nothing : html`<span>of ${name(workspace.owner.name)}</span>`}
      <span title=${`${formatMoney(workspace.pricePerHour, this.currency)} an hour`}>${cost} so far, ${ranLine(workspace)}</span>
      <span>${savedLine(workspace)}</span>
      ${workspace.sharing === 'private' ? nothing : html`<span>${sharingWords[workspace.sharing]}</span>`}
      ${work === '' ? nothing : html`<span>${work}</span>`}
    </div>`;
  }

  #actions() {
    const { workspace } = this;
    const { state, canOpen } = workspace;
    const open = canOpen && (state === 'ready' || state === 'starting');
    return html`<div class="actions">
      ${open ? button({ label: 'Open', primary: true, onClick: () => void this.#do(() => this.#host().openWorkspace({ workspaceId: workspace.id })) }) : nothing}
      ${isActive(state) ? button({ label: 'Stop', icon: 'stop', disabled: state === 'stopping' || !this.#mayRun(), onClick: () => this.#call('stop') }) : button({ label: 'Start', icon: 'play', disabled: !this.#mayRun(), onClick: () => this.#call('start') })}
      ${iconButton({ icon: 'more', label: `More for ${spellOut(workspace.name)}`, onClick: (event) => this.#menu(event) })}
    </div>`;
  }

  #notice() {
    const { stopsAt, state } = this.workspace;
    if (state !== 'ready' || stopsAt === null || !stopsSoon(this.workspace, Date.now()) || !this.#mayRun())
      return nothing;
    return html`<div class="notice" role="alert"><span>Nobody works in it: it is saved and stopped at ${stopTime(stopsAt)}.</span>
      ${button({ label: 'Keep it for 2 hours', onClick: () => void this.#do(() => this.#extend()) })}</div>`;
  }

  #askDelete() {
    return html`<div class="ask" role="alertdialog" aria-label="Delete the workspace"><span>Its folder is deleted for good. ${this.workspace.savedCommit === null ? 'Nothing of it was saved.' : `Its last save, ${this.workspace.savedCommit.slice(0, 8)}, stays in the project's repository.`}</span>
      ${button({ label: 'Keep', onClick: () => this.#ask(false) })}
      ${button({ label: 'Delete', primary: true, onClick: () => void this.#do(() => this.app.client.workspaces.delete({ workspaceId: this.workspace.id })) })}</div>`;
  }

  #menu(event: Event): void {
    const { workspace, mine } = this;
    const { id: workspaceId, canChange, state } = workspace;
    const { workspaces } = this.app.client;
    const share = sharings.map((sharing) => ({
      label: sharingWords[sharing],
      checked: workspace.sharing === sharing,
      disabled: !mine,
      run: () => void this.#do(() => workspaces.update({ workspaceId, sharing })),
    }));
    const run = !this.#mayRun();
    const items = [
      {
        label: 'Show what its tool wrote last',
        icon: 'note',
        disabled: isActive(state) || !workspace.canOpen,
        run: () => void this.#do(() => this.#showOutput()),
      },
      {
        label: 'Save now',
        icon: 'save',
        disabled: run,
        run: () => void this.#do(() => workspaces.save({ workspaceId }), 'Saved.'),
      },
      {
        label: 'Keep it for 2 hours',
        icon: 'clock',
        disabled: run || state !== 'ready',
        run: () => void this.#do(() => this.#extend()),
      },
      {
        label: 'Make a revision of its environment',
        icon: 'add',
        disabled: run,
        run: () => void this.#do(() => this.#snapshot()),
      },
      {
        label: 'Delete…',
        icon: 'trash',
        disabled: !canChange || isActive(state),
        hint: isActive(state) ? 'stop it first' : '',
        run: () => this.#ask(true),
      },
      { title: 'Who may use it' },
      ...share,
    ] as const;
    openMenu(`Of ${spellOut(workspace.name)}`, items, (event.currentTarget as HTMLElement).getBoundingClientRect());
  }

  #ask(asking: boolean): void {
    this.asking = asking;
    if (asking)
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.ask vscode-button')?.focus());
  }

  #call(what: 'start' | 'stop'): void {
    const workspaceId = this.workspace.id;
    void this.#do(() => this.app.client.workspaces[what]({ workspaceId }));
  }

  async #showOutput(): Promise<void> {
    const { output } = await this.app.client.workspaces.get({ workspaceId: this.workspace.id });
    this.output = output === '' ? 'Nothing.' : output;
  }

  #extend() {
    return this.app.client.workspaces.extend({ workspaceId: this.workspace.id, minutes: extendMinutes });
  }

  async #snapshot(): Promise<void> {
    const { environmentId, revision } = await this.app.client.workspaces.snapshot({ workspaceId: this.workspace.id });
    await this.#host().open({ panel: 'environments', environmentId, revision });
  }

  async #do(work: () => Promise<unknown>, done = ''): Promise<void> {
    this.failure = undefined;
    this.done = '';
    try {
      await work();
      this.done = done;
    } catch (error) {
      this.failure = error;
    }
  }

  #mayRun(): boolean {
    const { canChange, canOpen, sharing } = this.workspace;
    return canChange || (canOpen && sharing === 'together');
  }

  #host() {
    return this.app.client.host;
  }
}

customElements.define('fw-workspace-card', WorkspaceCard);
