/** The event log: who did what to what and when, and whether it is as it was written. */
import { css, html, nothing } from 'lit';
import { type EventType, eventTypes, type FlywheelEvent } from '../../../protocol/events.ts';
import type { AuditFilter, AuditPage, AuditProgress } from '../../../protocol/model/audit.ts';
import type { User } from '../../../protocol/model/session.ts';
import { Resource } from '../../state/resource.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { formatCount, formatTime } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { auditStyles } from './auditStyles.ts';
import { objectsOf, timeOf } from './auditWords.ts';

type Filter = {
  readonly actorId: string;
  readonly object: string;
  readonly type: string;
  readonly from: string;
  readonly to: string;
};
const noFilter: Filter = { actorId: '', object: '', type: '', from: '', to: '' };
const pageLength = 100;

export class AuditTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    filter: { state: true },
    opened: { state: true },
    more: { state: true },
    progress: { state: true },
    failure: { state: true },
  };
  declare filter: Filter;
  /** The event of which all is shown. */
  declare opened: number;
  /** Pages after the first one. */
  declare more: readonly AuditPage[];
  declare progress: AuditProgress | null;
  declare failure: unknown;
  #verifying = new AbortController();

  static override styles = [base, stateStyles, css`:host { display: block; }`, auditStyles];

  readonly #people = new Resource<readonly User[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.session.listUsers(undefined, { signal }),
    isStale: () => false,
  });
  readonly #page = new Resource<AuditPage>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.audit.search({ ...this.#asked(), limit: pageLength }, { signal }),
    isStale: (message) => message.kind === 'event' && this.more.length === 0,
    pace: 2000,
  });

  constructor() {
    super();
    this.filter = noFilter;
    this.opened = 0;
    this.more = [];
    this.progress = null;
    this.failure = undefined;
  }

  override disconnectedCallback(): void {
    this.#verifying.abort();
    super.disconnectedCallback();
  }

  override render() {
    return html`${this.#bar()}${this.#verdict()}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.#list()}`;
  }

  #bar() {
    const { actorId, object, type, from, to } = this.filter;
    const people = (this.#people.value ?? []).map(({ id, name: called }) => ({ value: id, text: spellOut(called) }));
    const who = [{ value: '', text: 'anybody' }, { value: 'server', text: 'the server itself' }, ...people];
    const what = [{ value: '', text: 'anything' }, ...eventTypes.map((each) => ({ value: each, text: each }))];
    return html`<div class="bar">
      <label>By${dropdown({ label: 'By', value: actorId, options: who, onChange: (id) => this.#set({ actorId: id }) })}</label>
      <label>Action${dropdown({ label: 'Action', value: type, options: what, onChange: (one) => this.#set({ type: one }) })}</label>
      <label class="object">About<input class="field" placeholder="id of a project, run, person …" spellcheck="false" .value=${object} @change=${(event: Event) => this.#set({ object: (event.target as HTMLInputElement).value.trim() })} /></label>
      <label>From<input class="field" type="date" .value=${from} @change=${(event: Event) => this.#set({ from: (event.target as HTMLInputElement).value })} /></label>
      <label>Until<input class="field" type="date" .value=${to} @change=${(event: Event) => this.#set({ to: (event.target as HTMLInputElement).value })} /></label>
      <span class="grow"></span>
      ${button({ label: 'Verify', icon: 'check', disabled: this.progress?.done === false, onClick: () => void this.#verify() })}
      ${button({ label: 'Export', icon: 'download', title: 'What is filtered, as lines of JSON', onClick: () => void this.#export() })}
    </div>`;
  }

  #verdict() {
    const { progress } = this;
    if (progress === null) return nothing;
    const { checked, total, done, firstBroken, newestHash } = progress;
    if (firstBroken !== null) {
      return html`<p class="verdict bad" role="alert">${icon('error')}<span>The log is broken at position ${firstBroken}: that event was changed or put in, or one before it was changed or taken out. The ${formatCount(checked)} before it are whole.</span></p>`;
    }
    if (!done)
      return html`<p class="verdict" role="status">${icon('turning')}<span>${formatCount(checked)} of ${formatCount(total)} events checked</span></p>`;
    return html`<p class="verdict good" role="status">${icon('check')}<span>All ${formatCount(checked)} events are as they were written. Newest hash, to note elsewhere: <span class="mono">${newestHash ?? 'none'}</span></span></p>`;
  }

  #list() {
    const { value, failure } = this.#page;
    if (failure !== undefined && !value) return failedState(failure, () => this.#page.reset());
    if (!value) return skeleton(10);
    const events = [value, ...this.more].flatMap((page) => page.events);
    if (events.length === 0) {
      return emptyState({
        icon: 'search',
        title: 'No such event',
        hint: 'Nothing in the log is so. Widen the time, or leave a filter out.',
      });
    }
    const next = (this.more.at(-1) ?? value).next;
    return html`<table>
      <thead><tr><th class="when">When</th><th class="who">By</th><th class="what">Action</th><th>About</th><th class="number at">Position</th></tr></thead>
      <tbody>${events.map((event) => this.#row(event))}</tbody>
    </table>
    ${next === null ? nothing : button({ label: 'Show earlier ones', onClick: () => void this.#next(next) })}`;
  }

  #row({ clock, at, type, actor, subject, detail }: FlywheelEvent) {
    const about = objectsOf({ subject, detail });
    return html`<tr>
      <td class="when" title=${new Date(at).toISOString()}>${formatTime(at)}</td>
      <td class="who">${actor ? html`${name(actor.name)}${actor.tokenMaker ? html` <span class="dim">by a token of ${name(actor.tokenMaker.name)}</span>` : nothing}` : html`<span class="dim">the server</span>`}</td>
      <td class="what mono">${type}</td>
      <td class="about"><div role="button" tabindex="0" aria-expanded=${String(this.opened === clock)} class=${this.opened === clock ? 'whole' : 'cut'} @click=${() => this.#open(clock)} @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.#open(clock)} title=${spellOut(about.join(' '))}>${about.map((part) => html`<span class="part">${marked(part)}</span>`)}</div></td>
      <td class="number mono at">${clock}</td>
    </tr>`;
  }

  #open(clock: number): void {
    this.opened = this.opened === clock ? 0 : clock;
  }

  #asked(): AuditFilter {
    const { actorId, object, type, from, to } = this.filter;
    return {
      ...(actorId !== '' && { actorId }),
      ...(object !== '' && { object }),
      ...(type !== '' && { types: [type as EventType] }),
      ...(from !== '' && { from: timeOf(from) }),
      // The day that is named is part of it.
      ...(to !== '' && { to: timeOf(to, 1) }),
    };
  }

  #set(change: Partial<Filter>): void {
    this.filter = { ...this.filter, ...change };
    this.more = [];
    this.#page.reset();
  }

  async #next(before: number): Promise<void> {
    await this.#try(async () => {
      const page = await this.app.client.audit.search({ ...this.#asked(), before, limit: pageLength });
      this.more = [...this.more, page];
    });
  }

  async #verify(): Promise<void> {
    this.#verifying.abort();
    this.#verifying = new AbortController();
    const { signal } = this.#verifying;
    await this.#try(async () => {
      for await (const progress of await this.app.client.audit.verify(undefined, { signal })) this.progress = progress;
    });
    if (this.progress?.done === false) this.progress = null;
  }

  #export(): Promise<void> {
    return this.#try(async () => {
      await this.app.client.host.save({ kind: 'audit', filter: this.#asked() });
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      this.failure = undefined;
      await work();
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('fw-audit-tab', AuditTab);
