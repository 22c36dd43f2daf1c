/** All schedules: when each runs in words, how it went last, and what may be done with it. */
import { css, html, nothing } from 'lit';
import type { Firing, Schedule } from '../../../protocol/model/schedule.ts';
import { button, iconButton } from '../../ui/controls.ts';
import { formatAgo, formatTime, plural } from '../../ui/format.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { jobsStyles } from './jobsStyles.ts';
import './scheduleForm.ts';
import type { NewSchedule } from './scheduleForm.ts';

export class SchedulesTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    schedules: { attribute: false },
    wanted: { attribute: false },
    edited: { state: true },
    opened: { state: true },
    history: { state: true },
    failure: { state: true },
  };
  declare schedules: readonly Schedule[];
  declare wanted: NewSchedule | null;
  declare edited: Schedule | null;
  /** Id of the one whose history is shown. */
  declare opened: string;
  declare history: readonly Firing[] | null;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    jobsStyles,
    css`
      :host { display: block; }
      .c-name { width: 22%; } .c-when { width: 30%; } .c-acts { width: 140px; }
      .two { white-space: normal; line-height: 17px; padding-block: 5px; }
      .two .dim { display: block; font-size: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .past td { padding-block: 0 8px; height: auto; white-space: normal; }
      .past table { margin-inline-start: 16px; width: calc(100% - 16px); }
      .past tr:hover { background: none; }
      .why { color: var(--vscode-editorWarning-foreground, var(--fw-warn)); }
    `,
  ];

  constructor() {
    super();
    this.edited = null;
    this.opened = '';
    this.history = null;
    this.failure = undefined;
  }

  override render() {
    const form = this.wanted || this.edited;
    return html`${this.failure === undefined ? nothing : problem(this.failure)}
      ${form ? html`<fw-schedule-form .app=${this.app} .schedule=${this.edited} .wanted=${this.wanted} @done=${() => this.#close()}></fw-schedule-form>` : nothing}
      ${this.schedules.length > 0 ? this.#table() : form ? nothing : this.#empty()}`;
  }

  #empty() {
    return emptyState({
      icon: 'clock',
      title: 'Nothing is scheduled',
      hint: 'Choose a job of flywheel.yaml and when it is to run, or choose “Schedule” at a run in VS Code.',
      action: button({ label: 'Choose a job', onClick: () => this.dispatchEvent(new CustomEvent('jobs')) }),
    });
  }

  #table() {
    return html`<table>
      <thead><tr><th class="c-name">Schedule</th><th class="c-when">When</th><th class="wide">Project</th><th class="wide">Runs as</th><th>Last time</th><th class="acts c-acts">Change</th></tr></thead>
      <tbody>${this.schedules.map((schedule) => html`${this.#row(schedule)}${this.opened === schedule.id ? this.#past() : nothing}`)}</tbody>
    </table>`;
  }

  #row(schedule: Schedule) {
    const { id, name: called, words, next, paused, pauseReason, owner, last, work } = schedule;
    const what = work.kind === 'job' ? `Job ${work.job}` : work.launch.command;
    return html`<tr>
      <td class="two" title=${spellOut(`${called}\n${what}`)}>${name(called)} ${paused ? html`<span class="sign warn">paused</span>` : nothing}<span class="dim mono">${marked(what)}</span></td>
      <td class="two" title=${words}>${words}<span class="dim">${pauseReason === null ? (next[0] === undefined ? 'Not until it is resumed' : `Next ${formatAgo(next[0])}, on ${formatTime(next[0])}`) : html`<span class="why">${marked(pauseReason)}</span>`}</span></td>
      <td class="wide">${schedule.projectId}</td>
      <td class="wide">${name(owner.name)}</td>
      <td>${last === null ? html`<span class="dim">never yet</span>` : this.#last(last)}</td>
      <td class="acts">
        ${iconButton({ icon: 'play', label: 'Run now', onClick: () => void this.#act(() => this.app.client.schedules.trigger({ scheduleId: id })) })}
        ${iconButton({ icon: 'pause', label: paused ? 'Resume' : 'Pause', pressed: paused, onClick: () => void this.#act(() => this.app.client.schedules.update({ scheduleId: id, paused: !paused })) })}
        ${iconButton({ icon: 'edit', label: 'Change', onClick: () => this.#edit(schedule) })}
        ${iconButton({ icon: this.opened === id ? 'up' : 'down', label: 'History', pressed: this.opened === id, onClick: () => void this.#open(id) })}
        ${iconButton({ icon: 'trash', label: 'Delete', onClick: () => void this.#act(() => this.app.client.schedules.delete({ scheduleId: id })) })}
      </td>
    </tr>`;
  }

  #last({ at, outcome, runId }: NonNullable<Schedule['last']>) {
    const text = `${outcome} ${formatAgo(at)}`;
    return runId === null
      ? text
      : html`<button class="plain link cut" @click=${() => void this.#run(runId)}>${text}</button>`;
  }

  #past() {
    const { history } = this;
    if (!history) return nothing;
    const rows = history.slice(0, 50).map(
      ({ due, outcome, count, runId, detail }) => html`<tr>
        <td>${formatTime(due)}</td><td>${outcome === 'missed' ? `${plural(count, 'time')} missed` : outcome}</td>
        <td>${runId === null ? marked(detail ?? '') : html`<button class="plain link" @click=${() => void this.#run(runId)}>Open the run</button>`}</td>
      </tr>`,
    );
    return html`<tr class="past"><td colspan="6">${rows.length === 0 ? html`<p class="dim">Its time has not come yet.</p>` : html`<table><tbody>${rows}</tbody></table>`}</td></tr>`;
  }

  #edit(schedule: Schedule): void {
    this.edited = schedule;
  }

  #close(): void {
    this.edited = null;
    this.dispatchEvent(new CustomEvent('done'));
  }

  async #open(scheduleId: string): Promise<void> {
    this.opened = this.opened === scheduleId ? '' : scheduleId;
    this.history = null;
    if (this.opened === '') return;
    await this.#act(async () => {
      this.history = await this.app.client.schedules.history({ scheduleId });
    });
  }

  #run(runId: string): Promise<void> {
    return this.#act(() => this.app.client.host.open({ panel: 'run', runId }));
  }

  async #act(work: () => Promise<unknown>): Promise<void> {
    try {
      this.failure = undefined;
      await work();
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('fw-schedules-tab', SchedulesTab);
