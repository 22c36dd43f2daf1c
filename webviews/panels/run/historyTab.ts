/** Who changed what of a run and when, newest first: the part of the audit trail that is about it. */
import { css, html, nothing } from 'lit';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import { Resource } from '../../state/resource.ts';
import { changesRun } from '../../state/stale.ts';
import { button } from '../../ui/controls.ts';
import { formatAgo, formatClock } from '../../ui/format.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { type HistoryChange, type HistoryEntry, historyEntries } from './historyEntries.ts';

const page = 100;
/** To the second: what happened in which order matters here. */
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export class HistoryTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runId: {},
    earlier: { state: true },
    hasMore: { state: true },
    busy: { state: true },
    failure: { state: true },
  };
  declare runId: string;
  /** Pages before the newest one: what has happened does not change. */
  declare earlier: readonly FlywheelEvent[];
  declare hasMore: boolean | null;
  declare busy: boolean;
  declare failure: unknown;

  readonly #newest = new Resource<readonly FlywheelEvent[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.events.list({ runId: this.runId, limit: page }, { signal }),
    isStale: (message) => changesRun(message, this.runId),
    pace: 500,
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; padding: 8px 16px 16px; }
      ol { list-style: none; margin: 0; padding: 0; }
      li { display: grid; grid-template-columns: 14em minmax(0, 1fr); gap: 0 16px; padding: 7px 0; border-bottom: 1px solid var(--fw-line); }
      time { color: var(--fw-dim); font-variant-numeric: tabular-nums; }
      .what { overflow-wrap: anywhere; }
      .what b { font-weight: 600; unicode-bidi: isolate; }
      dl { grid-column: 2; display: grid; grid-template-columns: fit-content(16em) minmax(0, 1fr); gap: 2px 12px; margin-top: 4px; font-family: var(--fw-mono); font-size: 12px; }
      dt { color: var(--fw-dim); overflow: hidden; text-overflow: ellipsis; unicode-bidi: plaintext; }
      dd { overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: plaintext; }
      del { color: var(--fw-dim); }
      ins { text-decoration: none; }
      .more { padding-top: 12px; }
      @media (max-width: 480px) { li { grid-template-columns: minmax(0, 1fr); } dl { grid-column: 1; } }
    `,
  ];

  constructor() {
    super();
    this.earlier = [];
    this.hasMore = null;
    this.busy = false;
    this.failure = undefined;
  }

  override render() {
    const newest = this.#newest.value;
    if (!newest) {
      const { failure } = this.#newest;
      return failure === undefined ? skeleton(6) : failedState(failure, () => this.#newest.reset());
    }
    if (newest.length === 0) {
      const hint = 'Changes are kept from the moment a run is made; those of this run are no longer there.';
      return emptyState({ icon: 'clock', title: 'No history', hint });
    }
    const entries = historyEntries(this.#all(newest));
    return html`
      <ol aria-label="Changes of the run, newest first">${entries.map(item)}</ol>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.#isEnd(newest) ? nothing : html`<div class="more">${button({ label: this.busy ? 'Loading…' : 'Show earlier', disabled: this.busy, onClick: () => void this.#more(newest) })}</div>`}
    `;
  }

  /** The newest page moves on while earlier ones stay: where they overlap, one is taken. */
  #all(newest: readonly FlywheelEvent[]): readonly FlywheelEvent[] {
    const oldest = newest.at(-1)?.clock ?? 0;
    return [...newest, ...this.earlier.filter(({ clock }) => clock < oldest)];
  }

  #isEnd(newest: readonly FlywheelEvent[]): boolean {
    return this.hasMore === null ? newest.length < page : !this.hasMore;
  }

  async #more(newest: readonly FlywheelEvent[]): Promise<void> {
    this.busy = true;
    this.failure = undefined;
    try {
      const before = this.#all(newest).at(-1)?.clock;
      const found = await this.app.client.events.list({ runId: this.runId, before, limit: page });
      // What slid out of the newest page meanwhile is kept with the rest.
      this.earlier = [...this.#all(newest), ...found];
      this.hasMore = found.length === page;
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}

function item(entry: HistoryEntry) {
  const span = entry.to - entry.from > 1000 ? ` – ${formatClock(entry.to)}` : '';
  return html`<li>
    <time title=${formatAgo(entry.to)}>${moment.format(entry.from)}${span}</time>
    <span class="what"><b>${name(entry.who)}</b> ${marked(entry.sentence)}</span>
    ${entry.changes.length > 0 ? html`<dl>${entry.changes.map(change)}</dl>` : nothing}
  </li>`;
}

function change({ field, from, to }: HistoryChange) {
  const value = (text: string) => (text === '' ? '(empty)' : marked(text));
  return html`<dt title=${spellOut(field)}>${name(field)}</dt>
    <dd>${from === null ? nothing : html`<del>${value(from)}</del> `}${to === null ? html`<ins>removed</ins>` : html`${from === null ? nothing : '→ '}<ins>${value(to)}</ins>`}</dd>`;
}

customElements.define('fw-history-tab', HistoryTab);
