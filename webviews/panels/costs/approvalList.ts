/** Runs that wait because they would cross a budget: why, what they cost, and the decision of those who may. */
import { css, html, nothing } from 'lit';
import type { Approval, DecideInput } from '../../../protocol/model/budget.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button } from '../../ui/controls.ts';
import { formatAgo } from '../../ui/format.ts';
import { marked, name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

export class ApprovalList extends PanelPart {
  static override properties = { ...PanelPart.properties, notes: { state: true }, failure: { state: true } };
  declare notes: Readonly<Record<string, string>>;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      section { margin-bottom: 20px; }
      h2 { margin-bottom: 6px; }
      .one { display: grid; grid-template-columns: 1fr auto; gap: 2px 16px; padding: 8px 10px; border: 1px solid var(--fw-edge); border-inline-start: 3px solid var(--fw-warn); border-radius: 3px; margin-bottom: 6px; }
      .one .link { padding-inline: 0; height: 18px; font-weight: 600; color: var(--vscode-textLink-foreground); }
      .why { grid-column: 1 / -1; color: var(--fw-dim); overflow-wrap: anywhere; }
      .decide { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 8px; margin-top: 6px; align-items: center; }
      .decide input { flex: 1 1 220px; max-width: 480px; }
    `,
  ];

  readonly #waiting = new Resource<readonly Approval[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.budgets.approvals(undefined, { signal }),
    isStale: (message) => isOf(message, ['approval.', 'budget.', 'run.state-changed']),
    pace: 500,
  });

  constructor() {
    super();
    this.notes = {};
    this.failure = undefined;
  }

  override render() {
    const waiting = this.#waiting.value ?? [];
    if (waiting.length === 0) return this.failure === undefined ? nothing : problem(this.failure);
    return html`<section aria-label="Waiting for approval">
      <h2>Waiting for approval</h2>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${waiting.map((approval) => this.#one(approval))}
    </section>`;
  }

  #one({ runId, runName, askedBy, askedAt, reason, mayDecide }: Approval) {
    return html`<div class="one">
      <span><button class="plain link" @click=${() => void this.app.client.host.open({ panel: 'run', runId })}>${name(runName)}</button></span>
      <span class="dim">${name(askedBy.name)}, ${formatAgo(askedAt)}</span>
      <span class="why">${marked(reason)}</span>
      ${
        mayDecide
          ? html`<div class="decide">
            <input class="field" aria-label="Why, for ${askedBy.name}" placeholder="Why (optional)" maxlength="1000" .value=${this.notes[runId] ?? ''} @input=${(event: Event) => this.#note(runId, (event.target as HTMLInputElement).value)} />
            ${button({ label: 'Approve', primary: true, onClick: () => void this.#decide(runId, 'approve') })}
            ${button({ label: 'Deny', onClick: () => void this.#decide(runId, 'deny') })}
          </div>`
          : html`<span class="why">An owner of the project or an administrator decides.</span>`
      }
    </div>`;
  }

  #note(runId: string, text: string): void {
    this.notes = { ...this.notes, [runId]: text };
  }

  async #decide(runId: string, verdict: DecideInput['verdict']): Promise<void> {
    try {
      this.failure = undefined;
      await this.app.client.budgets.decide({ runId, verdict, note: this.notes[runId] ?? '' });
    } catch (error) {
      this.failure = error;
    }
    this.#waiting.refresh();
  }
}

customElements.define('fw-approval-list', ApprovalList);
