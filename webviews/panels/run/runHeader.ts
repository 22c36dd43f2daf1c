/** Who a run is: name, state with reason, how long, who, when, where, cost; stop and copy. */
import { css, html, nothing, type PropertyValues } from 'lit';
import { isFinal, type Run } from '../../../protocol/model/run.ts';
import type { TierList } from '../../../protocol/model/tier.ts';
import { button, iconButton } from '../../ui/controls.ts';
import { durationOf, formatAgo, formatDuration, formatMoney, formatTime } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { PanelPart, tick } from '../../ui/panelBase.ts';
import { runStateLabel, runStateStyles } from '../../ui/runState.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

export class RunHeader extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    run: { attribute: false },
    tiers: { attribute: false },
    editing: { state: true },
    stopping: { state: true },
    failure: { state: true },
    copied: { state: true },
  };
  declare run: Run;
  declare tiers: TierList | null;
  declare editing: boolean;
  declare stopping: boolean;
  declare failure: unknown;
  declare copied: boolean;
  #stopTick = () => {};

  static override styles = [
    base,
    runStateStyles,
    stateStyles,
    css`
      :host { display: block; padding: 12px 16px 8px; flex: none; }
      h1 { font-size: 18px; line-height: 26px; font-weight: 600; }
      h1 button { font: inherit; color: inherit; background: none; border: 0; border-radius: 3px; padding: 0 4px; margin-inline-start: -4px; max-width: 100%; cursor: text; text-align: start; }
      h1 button:hover { background: var(--fw-hover); }
      h1 input.field { font: inherit; height: 28px; }
      .facts { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 6px; color: var(--fw-dim); }
      .facts span.cut { max-width: 32ch; }
      .facts b { font-weight: 400; color: var(--vscode-foreground); }
      .state { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; margin-top: 2px; }
      .state .run-state { font-weight: 600; }
      .queue { display: flex; gap: 8px; align-items: center; margin-top: 8px; padding: 5px 8px; border-inline-start: 2px solid var(--fw-active); background: var(--vscode-textCodeBlock-background); }
      .problem { margin-top: 8px; }
    `,
  ];

  constructor() {
    super();
    this.editing = false;
    this.stopping = false;
    this.copied = false;
    this.failure = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopTick = tick(this);
  }

  override disconnectedCallback(): void {
    this.#stopTick();
    super.disconnectedCallback();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('editing') && this.editing) this.renderRoot.querySelector('input')?.select();
  }

  override render() {
    const { run } = this;
    return html`
      <div class="row">
        <h1 class="grow cut">${this.editing ? this.#nameField() : this.#name()}</h1>
        ${iconButton({ icon: this.copied ? 'check' : 'copy', label: this.copied ? 'Copied' : 'Copy run id', onClick: () => void this.#copy() })}
        ${button({ label: 'Reproduce', icon: 'restore', title: 'Launch it again, and see what could not be the same', onClick: () => void this.dispatchEvent(new CustomEvent('reproduce')) })}
        ${this.#stopButton()}
      </div>
      <div class="state">
        ${runStateLabel(run.state)} ${this.#duration()}
        ${run.detail ? html`<span class="dim cut" title=${spellOut(run.detail)}>${marked(run.detail)}</span>` : nothing}
        ${run.deletedAt ? html`<span class="error">Deleted ${formatAgo(run.deletedAt)}</span>` : nothing}
      </div>
      <div class="facts">${this.#facts()}</div>
      ${this.#queue()}
      ${this.failure === undefined ? nothing : problem(this.failure)}
    `;
  }

  #stopButton() {
    if (isFinal(this.run.state) || !this.run.launched) return nothing;
    const label = this.stopping ? 'Stopping…' : 'Stop';
    return button({ label, icon: 'stop', disabled: this.stopping, onClick: () => void this.#stop() });
  }

  #queue() {
    const { queue } = this.run;
    if (!queue) return nothing;
    return html`<div class="queue">${icon('clock')}<span>${ordinal(queue.position)} in the queue: ${marked(queue.reason)}</span></div>`;
  }

  #name() {
    return html`<button class="cut" title="${spellOut(this.run.name)} (click to rename)" @click=${() => {
      this.editing = true;
    }}>${name(this.run.name)}</button>`;
  }

  #nameField() {
    const leave = (event: Event) => void this.#rename((event.target as HTMLInputElement).value);
    return html`<input class="field" aria-label="Name of the run" maxlength="200" .value=${this.run.name} @blur=${leave}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Enter') leave(event);
        if (event.key === 'Escape') this.editing = false;
      }} />`;
  }

  #duration() {
    const took = durationOf(this.run);
    return took === null
      ? nothing
      : html`<span>${isFinal(this.run.state) ? 'took' : 'for'} ${formatDuration(took)}</span>`;
  }

  #facts() {
    const { run } = this;
    const tier = this.tiers?.tiers.find((one) => one.id === run.tierId);
    const money = this.tiers && run.pricePerHour > 0 ? formatMoney(run.cost, this.tiers.currency) : null;
    return [
      fact('by', run.createdBy.name),
      html`<span title=${formatTime(run.createdAt)}>${formatAgo(run.createdAt)}</span>`,
      run.tierId ? fact('on', tier?.name ?? run.tierId) : nothing,
      run.environmentId ? fact('in', `${run.environmentId} r${run.environmentRevision ?? 1}`) : nothing,
      money ? fact('cost', money) : nothing,
      run.code ? this.#commit(run.code) : nothing,
      fact('project', run.projectId),
    ];
  }

  #commit(code: NonNullable<Run['code']>) {
    const short = (code.base ?? code.commit).slice(0, 8);
    return html`<span title=${code.commit}>code <b class="mono">${short}</b>${code.branch ? html` on ${name(code.branch)}` : nothing}${code.base && code.dirty ? ' + changes' : ''}</span>`;
  }

  async #rename(name: string): Promise<void> {
    if (!this.editing) return;
    this.editing = false;
    const wanted = name.trim();
    if (wanted === '' || wanted === this.run.name) return;
    await this.#change(() => this.app.client.runs.update({ runId: this.run.id, name: wanted }));
  }

  async #stop(): Promise<void> {
    this.stopping = true;
    await this.#change(() => this.app.client.runs.stop({ runId: this.run.id }));
    if (this.failure !== undefined) this.stopping = false;
  }

  async #change(act: () => Promise<Run>): Promise<void> {
    this.failure = undefined;
    try {
      this.dispatchEvent(new CustomEvent('changed', { detail: await act() }));
    } catch (error) {
      this.failure = error;
    }
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.run.id);
    this.copied = true;
    setTimeout(() => {
      this.copied = false;
    }, 1500);
  }
}

function fact(word: string, value: string) {
  return html`<span class="cut" title="${word} ${spellOut(value)}">${word} <b>${name(value)}</b></span>`;
}

function ordinal(position: number): string {
  if (position === 1) return 'Next';
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th' }[
    new Intl.PluralRules('en', { type: 'ordinal' }).select(position) as 'one' | 'two' | 'few' | 'other'
  ];
  return `${position}${ending}`;
}

customElements.define('fw-run-header', RunHeader);
