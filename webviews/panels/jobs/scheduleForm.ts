/** A new schedule, or changes of one: what it says in words and when it next runs is shown while it is written. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { CodeRef } from '../../../protocol/model/run.ts';
import type { AskedWork, Schedule, SchedulePreview } from '../../../protocol/model/schedule.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { describeFailure } from '../../ui/failure.ts';
import { formatTime } from '../../ui/format.ts';
import { marked } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

/** What is to be scheduled: a run's launch again, or a job at its commit. */
export type NewSchedule = {
  readonly projectId: string;
  readonly runId?: string | undefined;
  readonly job?: string | undefined;
  readonly code?: CodeRef | undefined;
  /** As flywheel.yaml proposes it. */
  readonly cron?: string | undefined;
  readonly timezone?: string | undefined;
  readonly overlap?: Schedule['overlap'] | undefined;
  readonly catchUp?: Schedule['catchUp'] | undefined;
};

type Draft = Pick<Schedule, 'name' | 'cron' | 'timezone' | 'overlap' | 'catchUp'>;

const presets = [
  { value: '', text: 'Choose a time…' },
  { value: '0 * * * *', text: 'Every hour' },
  { value: '0 3 * * *', text: 'Every night at 3' },
  { value: '0 6 * * 1-5', text: 'Every working day at 6' },
  { value: '0 6 * * 1', text: 'Every Monday at 6' },
  { value: '0 6 1 * *', text: 'The first of every month at 6' },
];
const overlaps = [
  { value: 'skip', text: 'Skip this time' },
  { value: 'queue', text: 'Wait until it has ended' },
  { value: 'cancel-older', text: 'Stop the run before' },
  { value: 'allow', text: 'Let both go on' },
];
const catchUps = [
  { value: 'one', text: 'Run once' },
  { value: 'skip', text: 'Let it be' },
  { value: 'all', text: 'Run each missed time (20 at most)' },
];
const previewAfterMs = 250;

export class ScheduleForm extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    schedule: { attribute: false },
    wanted: { attribute: false },
    draft: { state: true },
    preview: { state: true },
    refusal: { state: true },
    failure: { state: true },
    busy: { state: true },
  };
  /** The one that is changed; null for a new one. */
  declare schedule: Schedule | null;
  declare wanted: NewSchedule | null;
  declare draft: Draft;
  declare preview: SchedulePreview | null;
  declare refusal: unknown;
  declare failure: unknown;
  declare busy: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; padding: 14px 16px; margin-bottom: 20px; border: 1px solid var(--fw-edge); border-radius: 4px; background: var(--vscode-editorWidget-background); }
      h3 { margin-bottom: 12px; }
      .fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr)); gap: 12px 20px; }
      label { display: flex; flex-direction: column; gap: 4px; font-size: 12px; color: var(--fw-dim); }
      label > * { color: var(--vscode-input-foreground); }
      .when { margin: 14px 0; min-height: 40px; }
      .when p { color: var(--fw-dim); }
      footer { display: flex; gap: 8px; margin-top: 12px; }
    `,
  ];

  constructor() {
    super();
    this.schedule = null;
    this.wanted = null;
    this.draft = { name: '', cron: '0 3 * * *', timezone: ownZone(), overlap: 'skip', catchUp: 'one' };
    this.preview = null;
    this.refusal = undefined;
    this.failure = undefined;
    this.busy = false;
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('schedule') && !changed.has('wanted')) return;
    const { schedule, wanted } = this;
    if (schedule) {
      const { name, cron, timezone, overlap, catchUp } = schedule;
      this.draft = { name, cron, timezone, overlap, catchUp };
    } else if (wanted) this.draft = { ...this.draft, name: wanted.job ?? 'Scheduled run', ...proposed(wanted) };
    this.#ask();
  }

  override render() {
    const { draft } = this;
    const isWhole = draft.name.trim() !== '' && this.preview !== null && !this.busy && this.app.connection.ready;
    return html`<h3>${this.#title()}</h3>
      <div class="fields">
        ${field('Name', draft.name, (name) => this.#set({ name }))}
        ${field('When (minute, hour, day, month, day of week)', draft.cron, (cron) => this.#set({ cron }))}
        <label>Or a usual time${dropdown({ label: 'Usual times', value: presets.some(({ value }) => value === draft.cron) ? draft.cron : '', options: presets, onChange: (cron) => cron && this.#set({ cron }) })}</label>
        ${field('Time zone', draft.timezone, (timezone) => this.#set({ timezone }))}<datalist id="zones">${zones().map((zone) => html`<option value=${zone}></option>`)}</datalist>
        <label>If the run before has not ended${dropdown({ label: 'Overlap', value: draft.overlap, options: overlaps, onChange: (overlap) => this.#set({ overlap: overlap as Draft['overlap'] }) })}</label>
        <label>What was missed while the server was down${dropdown({ label: 'Catch up', value: draft.catchUp, options: catchUps, onChange: (catchUp) => this.#set({ catchUp: catchUp as Draft['catchUp'] }) })}</label>
      </div>
      <div class="when" role="status">${this.#when()}</div>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <footer>
        ${button({ label: this.schedule ? 'Save' : 'Schedule', primary: true, disabled: !isWhole, onClick: () => void this.#save() })}
        ${button({ label: 'Cancel', onClick: () => this.dispatchEvent(new CustomEvent('done')) })}
      </footer>`;
  }

  #title(): string {
    if (this.schedule) return `Change the schedule ${this.schedule.name}`;
    return this.wanted?.job ? `Schedule the job ${this.wanted.job}` : 'Schedule this run again';
  }

  #when() {
    if (this.refusal !== undefined) {
      const { message, remedy } = describeFailure(this.refusal);
      return html`<span class="error">${marked(message)}</span> <p>${marked(remedy ?? '')}</p>`;
    }
    if (!this.preview) return html`<p>Looking at it…</p>`;
    const [next, ...later] = this.preview.next.map((at) => formatTime(at));
    return html`<b>${this.preview.words}</b><p>Next on ${next}${later.length > 0 ? html`, then ${later.slice(0, 3).join('; ')}` : nothing} (your time).</p>`;
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    if (change.cron !== undefined || change.timezone !== undefined) this.#ask();
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.preview = null;
    this.refusal = undefined;
    const { cron, timezone } = this.draft;
    const isStill = () => cron === this.draft.cron && timezone === this.draft.timezone;
    this.#timer = setTimeout(() => {
      this.app.client.schedules.preview({ cron, timezone }).then(
        (preview) => {
          if (isStill()) this.preview = preview;
        },
        (error: unknown) => {
          if (isStill()) this.refusal = error;
        },
      );
    }, previewAfterMs);
  }

  async #save(): Promise<void> {
    const { schedules } = this.app.client;
    const { schedule, draft } = this;
    this.busy = true;
    this.failure = undefined;
    try {
      if (schedule) await schedules.update({ scheduleId: schedule.id, ...draft });
      else if (this.wanted)
        await schedules.create({ projectId: this.wanted.projectId, ...draft, work: workOf(this.wanted) });
      this.dispatchEvent(new CustomEvent('done'));
    } catch (error) {
      this.failure = error;
    } finally {
      this.busy = false;
    }
  }
}

const field = (label: string, value: string, onInput: (text: string) => void) =>
  html`<label>${label}<input class="field" list=${label === 'Time zone' ? 'zones' : nothing} spellcheck="false" autocomplete="off" .value=${value} @input=${(event: Event) => onInput((event.target as HTMLInputElement).value)} /></label>`;

function workOf({ runId, job, code }: NewSchedule): AskedWork {
  if (job !== undefined && code) return { kind: 'job', job, code, parameters: {} };
  return { kind: 'run', runId: runId ?? '' };
}

function proposed({ cron, timezone, overlap, catchUp }: NewSchedule): Partial<Draft> {
  return {
    ...(cron !== undefined && { cron, timezone: timezone ?? 'UTC' }),
    ...(overlap !== undefined && { overlap }),
    ...(catchUp !== undefined && { catchUp }),
  };
}

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
const zones = (): readonly string[] => ['UTC', ...Intl.supportedValuesOf('timeZone')];

customElements.define('fw-schedule-form', ScheduleForm);
