/** Goals with their progress: added, moved by a slider, changed, removed with a way back. */
import { css, html, nothing } from 'lit';
import type { Goal, SaveGoalInput } from '../../../protocol/model/projectPlan.ts';
import { type Answer, anchorOf, askText, type Field } from '../../ui/askText.ts';
import { iconButton } from '../../ui/controls.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import { act } from './act.ts';
import { sectionStyles } from './projectStyles.ts';

export class GoalList extends PanelPart {
  static override properties = { ...PanelPart.properties, projectId: {}, goals: { attribute: false }, editable: {} };
  declare projectId: string;
  declare goals: readonly Goal[];
  declare editable: boolean;

  static override styles = [
    base,
    sectionStyles,
    css`
      .goal { padding: 2px 0 6px; }
      .bar { height: 6px; border-radius: 3px; background: color-mix(in srgb, var(--vscode-foreground) 14%, transparent); border: 1px solid var(--vscode-contrastBorder, transparent); overflow: hidden; }
      .bar i { display: block; height: 100%; background: var(--vscode-progressBar-background, var(--fw-active)); forced-color-adjust: none; }
      .reached .bar i { background: var(--fw-good); }
      .text { overflow-wrap: anywhere; }
      .late { color: var(--fw-bad); }
      .percent { font-variant-numeric: tabular-nums; }
    `,
  ];

  override render() {
    return html`<div class="heading"><h2>Goals</h2>${this.editable ? iconButton({ icon: 'add', label: 'Add a goal', onClick: (event) => void this.#add(event) }) : nothing}</div>
      ${this.goals.length === 0 ? html`<p class="hint">None yet. A goal says what the project is to reach, and how far it is.</p>` : html`<ul>${this.goals.map((goal) => this.#goal(goal))}</ul>`}`;
  }

  #goal(goal: Goal) {
    const { title, progress, dueAt } = goal;
    const late = dueAt !== null && progress < 100 && dueAt < Date.now();
    return html`<li class="goal ${progress === 100 ? 'reached' : ''}">
      <div class="line">
        <span class="grow text">${name(title)}</span>
        ${
          this.editable
            ? html`${iconButton({ icon: 'edit', label: `Change the goal ${spellOut(title)}`, onClick: (event) => void this.#change(goal, event) })}
              ${iconButton({ icon: 'trash', label: `Remove the goal ${spellOut(title)}`, onClick: () => void this.#remove(goal) })}`
            : nothing
        }
        <span class="percent">${progress} %</span>
      </div>
      <div class="bar" role="progressbar" aria-label=${spellOut(title)} aria-valuenow=${progress} aria-valuemin="0" aria-valuemax="100"><i .style=${`width: ${progress}%`}></i></div>
      ${dueAt === null ? nothing : html`<span class="small ${late ? 'late' : 'dim'}">${late ? 'was due' : 'due'} ${formatDay(dueAt)}</span>`}
    </li>`;
  }

  async #add(event: Event): Promise<void> {
    const answer = await askText({ title: 'New goal', action: 'Add', fields: fieldsOf(), check }, anchorOf(event));
    if (answer) await this.#save({ projectId: this.projectId, ...read(answer) });
  }

  async #change(goal: Goal, event: Event): Promise<void> {
    const reason = { name: 'reason', label: 'Why (for the feed)', optional: true } as const;
    const question = { title: 'Change the goal', action: 'Save', fields: [...fieldsOf(goal), reason], check };
    const answer = await askText(question, anchorOf(event));
    if (!answer) return;
    const { id: goalId, version: expectedVersion } = goal;
    const why = answer.reason?.trim() ? { reason: answer.reason.trim() } : {};
    await this.#save({ projectId: this.projectId, goalId, expectedVersion, ...read(answer), ...why });
  }

  #save(input: SaveGoalInput): Promise<void> {
    return act(this, async () => {
      await this.app.client.projects.saveGoal(input);
      return undefined;
    });
  }

  #remove({ id: goalId, version: expectedVersion, title }: Goal): Promise<void> {
    const { projectId } = this;
    return act(this, async () => {
      await this.app.client.projects.saveGoal({ projectId, goalId, removed: true, expectedVersion });
      const undo = () => void this.#save({ projectId, goalId, removed: false });
      return { text: `The goal “${spellOut(title)}” is removed.`, action: { label: 'Undo', run: undo } };
    });
  }
}

function fieldsOf(goal?: Goal): readonly Field[] {
  const dueAt = goal?.dueAt ?? null;
  return [
    { name: 'title', label: 'Goal', value: goal?.title ?? '', placeholder: 'As: recall above 0.9 on the new plant' },
    { name: 'progress', label: 'Progress in percent', kind: 'number', value: String(goal?.progress ?? 0) },
    {
      name: 'due',
      label: 'Due (may stay open)',
      kind: 'date',
      optional: true,
      value: dueAt === null ? '' : isoDay(dueAt),
    },
  ];
}

function check({ progress }: Answer): string | null {
  const percent = Number(progress);
  return Number.isInteger(percent) && percent >= 0 && percent <= 100 ? null : 'A whole number from 0 to 100.';
}

function read({ title = '', progress, due }: Answer) {
  const dueAt = due ? new Date(`${due}T23:59:59`).getTime() : null;
  return { title: title.trim(), progress: Number(progress), dueAt };
}

function isoDay(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const formatDay = (at: number): string => days.format(at);

customElements.define('fw-goal-list', GoalList);
