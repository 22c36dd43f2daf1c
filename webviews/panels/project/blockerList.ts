/** What holds the project up: opened, closed with how it was resolved, opened again. */
import { css, html, nothing } from 'lit';
import type { Blocker, SaveBlockerInput } from '../../../protocol/model/projectPlan.ts';
import { anchorOf, askText } from '../../ui/askText.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatAgo, formatTime, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import { act } from './act.ts';
import { sectionStyles } from './projectStyles.ts';

export class BlockerList extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    projectId: {},
    blockers: { attribute: false },
    editable: {},
    closedShown: { state: true },
  };
  declare projectId: string;
  declare blockers: readonly Blocker[];
  declare editable: boolean;
  declare closedShown: boolean;

  static override styles = [
    base,
    sectionStyles,
    css`
      .blocker { padding: 2px 0 6px; }
      .open .line > svg.icon { color: var(--fw-bad); }
      .closed .line > svg.icon { color: var(--fw-good); }
      .text { overflow-wrap: anywhere; }
      .about { padding-inline-start: 22px; overflow-wrap: anywhere; }
    `,
  ];

  constructor() {
    super();
    this.closedShown = false;
  }

  override render() {
    const open = this.blockers.filter(({ closedAt }) => closedAt === null);
    const closed = this.blockers.filter(({ closedAt }) => closedAt !== null);
    return html`<div class="heading"><h2>Blockers</h2>${this.editable ? iconButton({ icon: 'add', label: 'Open a blocker', onClick: (event) => void this.#open(event) }) : nothing}</div>
      ${open.length === 0 ? html`<p class="hint">Nothing holds the project up.</p>` : html`<ul>${open.map((one) => this.#blocker(one))}</ul>`}
      ${
        closed.length === 0
          ? nothing
          : html`<button class="plain link small" aria-expanded=${String(this.closedShown)} @click=${() => {
              this.closedShown = !this.closedShown;
            }}>${this.closedShown ? 'Hide' : 'Show'} ${plural(closed.length, 'closed one', 'closed ones')}</button>
            ${this.closedShown ? html`<ul>${closed.map((one) => this.#blocker(one))}</ul>` : nothing}`
      }`;
  }

  #blocker(blocker: Blocker) {
    const { text, openedBy, openedAt, waitingFor, closedAt, closedBy, resolution } = blocker;
    const isOpen = closedAt === null;
    const since = html`<span title=${formatTime(openedAt)}>opened by ${name(openedBy.name)} ${formatAgo(openedAt)}</span>`;
    return html`<li class="blocker ${isOpen ? 'open' : 'closed'}">
      <div class="line">${icon(isOpen ? 'warning' : 'check', isOpen ? 'Open' : 'Closed')}<span class="text grow">${name(text)}</span>
        ${
          this.editable
            ? isOpen
              ? iconButton({
                  icon: 'check',
                  label: `Close the blocker ${spellOut(text)}`,
                  onClick: (event) => void this.#close(blocker, event),
                })
              : iconButton({
                  icon: 'restore',
                  label: `Open the blocker ${spellOut(text)} again`,
                  onClick: () => void this.#reopen(blocker),
                })
            : nothing
        }
      </div>
      <div class="about small dim">${waitingFor ? html`waits for ${name(waitingFor)}, ` : nothing}${since}
        ${isOpen ? nothing : html`<br />closed by ${name(closedBy?.name ?? '')}: ${name(resolution ?? '')}`}</div>
    </li>`;
  }

  async #open(event: Event): Promise<void> {
    const fields = [
      { name: 'text', label: 'What holds it up?' },
      { name: 'waitingFor', label: 'Who or what it waits for', optional: true as const },
    ];
    const answer = await askText({ title: 'Open a blocker', action: 'Open', fields }, anchorOf(event));
    if (!answer) return;
    const waitingFor = answer.waitingFor?.trim() || null;
    await this.#save({ projectId: this.projectId, text: answer.text?.trim() ?? '', waitingFor });
  }

  async #close(blocker: Blocker, event: Event): Promise<void> {
    const fields = [{ name: 'reason', label: 'How was it resolved?', kind: 'text' as const }];
    const answer = await askText({ title: 'Close the blocker', action: 'Close', fields }, anchorOf(event));
    if (!answer) return;
    const { projectId } = this;
    const { id: blockerId, version: expectedVersion } = blocker;
    await act(this, async () => {
      const reason = answer.reason?.trim() ?? '';
      await this.app.client.projects.saveBlocker({ projectId, blockerId, closed: true, reason, expectedVersion });
      const undo = () => void this.#save({ projectId, blockerId, closed: false });
      return { text: 'The blocker is closed.', action: { label: 'Undo', run: undo } };
    });
  }

  #reopen({ id: blockerId, version: expectedVersion }: Blocker): Promise<void> {
    return this.#save({ projectId: this.projectId, blockerId, closed: false, expectedVersion });
  }

  #save(input: SaveBlockerInput): Promise<void> {
    return act(this, async () => {
      await this.app.client.projects.saveBlocker(input);
      return undefined;
    });
  }
}

customElements.define('fw-blocker-list', BlockerList);
