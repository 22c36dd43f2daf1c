/** What happened in the project, newest first, of all kinds or one, by anybody or one person, page by page. */
import { css, html, nothing } from 'lit';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Person } from '../../../protocol/model/common.ts';
import { Resource } from '../../state/resource.ts';
import { dropdown } from '../../ui/controls.ts';
import { formatAgo, formatTime } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, skeleton, stateStyles } from '../../ui/states.ts';
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
const most = 500;

export class ActivityFeed extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    projectId: {},
    people: { attribute: false },
    kind: { state: true },
    actorId: { state: true },
    limit: { state: true },
  };
  declare projectId: string;
  declare people: readonly Person[];
  declare kind: string;
  declare actorId: string;
  declare limit: number;

  readonly #events = new Resource<readonly FlywheelEvent[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.events.list(this.#question, { signal }),
    isStale: (message) => message.kind === 'event' && message.event.subject.projectId === this.projectId,
    pace: 2000,
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
    this.limit = pageLength;
  }

  get #question() {
    return {
      projectId: this.projectId,
      limit: this.limit,
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
    if (value.length === 0) return html`<p class="hint">Nothing of that happened here yet.</p>`;
    const isMore = value.length === this.limit && this.limit < most;
    return html`<ul>${value.map((event) => this.#event(event))}</ul>
      ${isMore ? html`<button class="plain link" @click=${() => this.#narrow({ limit: Math.min(most, this.limit * 2) })}>Show more</button>` : nothing}`;
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

  #narrow(change: Partial<Pick<ActivityFeed, 'kind' | 'actorId' | 'limit'>>): void {
    Object.assign(this, { limit: pageLength, ...change });
    if (change.limit === undefined) this.#events.reset();
    else this.#events.refresh();
  }
}

customElements.define('fw-activity-feed', ActivityFeed);
