/** What happened in the project, newest first, of all kinds or one, by anybody or one person, page by page. */
import { css, html, nothing } from 'lit';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Person } from '../../../protocol/model/common.ts';
import { Resource } from '../../state/resource.ts';
import { dropdown } from '../../ui/controls.ts';
import { formatAgo, formatTime } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { eventReason, eventWords } from './eventWords.ts';
import { sectionStyles } from './projectStyles.ts';

const kinds: readonly (readonly [string, string])[] = [
  ['', 'everything'],
  ['project', 'the project itself'],
  ['run', 'runs'],
  ['code', 'code'],
  ['model', 'models'],
  ['experiment', 'experiments'],
];
const pageLength = 20;

export class ActivityFeed extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    projectId: {},
    people: { attribute: false },
    kind: { state: true },
    actorId: { state: true },
    known: { state: true },
    ended: { state: true },
    failure: { state: true },
  };
  declare projectId: string;
  declare people: readonly Person[];
  declare kind: string;
  declare actorId: string;
  /** Newest first: the newest page, kept fresh, and the older ones that were asked for. */
  declare known: readonly FlywheelEvent[];
  declare ended: boolean;
  declare failure: unknown;

  readonly #events = new Resource<readonly FlywheelEvent[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.events.list(this.#question, { signal }),
    isStale: (message) => message.kind === 'event' && message.event.subject.projectId === this.projectId,
    pace: 2000,
    onValue: (fresh) => this.#take(fresh),
  });

  static override styles = [
    base,
    sectionStyles,
    stateStyles,
    css`
      .heading label { display: flex; align-items: center; gap: 6px; color: var(--fw-dim); }
      .heading select { width: auto; max-width: 150px; height: 24px; }
      li { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; padding: 4px 0; border-bottom: 1px solid var(--fw-line); }
      .what { overflow-wrap: anywhere; min-width: 0; }
      .why { grid-column: 1 / -1; color: var(--fw-dim); overflow-wrap: anywhere; }
    `,
  ];

  constructor() {
    super();
    this.people = [];
    this.kind = '';
    this.actorId = '';
    this.known = [];
    this.ended = false;
    this.failure = undefined;
  }

  get #question() {
    return {
      projectId: this.projectId,
      limit: pageLength,
      ...(this.kind !== '' && { kinds: [this.kind] }),
      ...(this.actorId !== '' && { actorId: this.actorId }),
    };
  }

  override render() {
    const people = [
      { value: '', text: 'anybody' },
      ...this.people.map((one) => ({ value: one.id, text: spellOut(one.name) })),
    ];
    return html`<div class="heading"><h2>Activity</h2>
        <label>Of ${dropdown({ label: 'Kind of activity', value: this.kind, options: kinds.map(([value, text]) => ({ value, text })), onChange: (kind) => this.#narrow({ kind }) })}</label>
        <label>By ${dropdown({ label: 'By whom', value: this.actorId, options: people, onChange: (actorId) => this.#narrow({ actorId }) })}</label>
      </div>${this.#list()}`;
  }

  #list() {
    const { value, failure } = this.#events;
    if (!value) return failure === undefined ? skeleton(4) : failedState(failure, () => this.#events.reset());
    if (this.known.length === 0) return html`<p class="hint">Nothing of that happened here yet.</p>`;
    return html`<ul>${this.known.map((event) => this.#event(event))}</ul>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.ended ? nothing : html`<button class="plain link" @click=${() => void this.#showOlder()}>Show older</button>`}`;
  }

  #event(event: FlywheelEvent) {
    const { subject, actor, at } = event;
    const why = eventReason(event);
    const words = name(eventWords(event));
    const { runId } = subject;
    return html`<li><span class="what">${actor ? html`<b>${name(actor.name)}</b> ` : nothing}${
      runId
        ? html`<button class="plain link" @click=${() => void this.app.client.host.open({ panel: 'run', runId })}>${words}</button>`
        : words
    }</span><span class="dim small" title=${formatTime(at)}>${formatAgo(at)}</span>${why ? html`<span class="why small">${name(why)}</span>` : nothing}</li>`;
  }

  /** Where more happened than a page holds, the older ones would not follow on: they are asked for anew. */
  #take(fresh: readonly FlywheelEvent[]): void {
    const oldest = fresh.at(-1)?.clock ?? 0;
    const follows = fresh.some(({ clock }) => clock === this.known[0]?.clock);
    const older = follows ? this.known.filter(({ clock }) => clock < oldest) : [];
    if (older.length === 0) this.ended = fresh.length < pageLength;
    this.known = [...fresh, ...older];
  }

  async #showOlder(): Promise<void> {
    const question = this.#question;
    const before = this.known.at(-1)?.clock;
    try {
      this.failure = undefined;
      const older = await this.app.client.events.list({ ...question, ...(before !== undefined && { before }) });
      if (JSON.stringify(question) !== JSON.stringify(this.#question)) return;
      this.ended = older.length < pageLength;
      this.known = [...this.known, ...older.filter(({ clock }) => before === undefined || clock < before)];
    } catch (failure) {
      this.failure = failure;
    }
  }

  #narrow(change: Partial<Pick<ActivityFeed, 'kind' | 'actorId'>>): void {
    Object.assign(this, { known: [], ended: false }, change);
    this.#events.reset();
  }
}

customElements.define('fw-activity-feed', ActivityFeed);
