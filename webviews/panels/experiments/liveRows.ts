/**
 * Follows what happens to the table's runs. Values that change are put into
 * the rows in sight; runs that come or go are shown at once where nobody would
 * lose their place by it, and otherwise are counted for the person to ask for.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { EventMessage, FlywheelEvent } from '../../../protocol/events.ts';
import type { PanelApp } from '../../app/client.ts';
import { pause } from '../../state/pause.ts';

export type LiveTable = {
  readonly app: () => PanelApp;
  readonly experimentId: () => string;
  /** Whether rows must not come and go now. */
  readonly held: () => boolean;
  /** Of the runs in sight, those whose values may be old. */
  readonly update: (isOld: (runId: string) => boolean) => Promise<void>;
  readonly refresh: () => void;
  /** How many runs wait to be shown, null where it cannot be told; and whether that was counted just now. */
  readonly waiting: () => Promise<{ readonly runs: number | null; readonly exact: boolean }>;
};

const paceMs = 500;
const moves = ['run.created', 'run.deleted', 'run.restored'];

export class LiveRows implements ReactiveController {
  /** Runs that wait to be shown: a number, or null for some; zero when there are none. */
  pending: number | null = 0;
  readonly #table: LiveTable;
  readonly #host: ReactiveControllerHost;
  readonly #changed = new Set<string>();
  #all = false;
  /** Runs came or went; and whether those that wait were counted since. */
  #moved: false | 'new' | 'counted' = false;
  #busy = false;
  #abort = new AbortController();
  #stops: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, table: LiveTable) {
    this.#host = host;
    this.#table = table;
    host.addController(this);
  }

  hostConnected(): void {
    this.#abort = new AbortController();
    const visible = () => this.#work();
    document.addEventListener('visibilitychange', visible);
    this.#stops = [
      this.#table.app().feed.onStale((message) => this.#take(message)),
      () => document.removeEventListener('visibilitychange', visible),
    ];
  }

  hostDisconnected(): void {
    this.#abort.abort();
    for (const stop of this.#stops) stop();
  }

  /** The person's own act moved rows: what they see follows at once. */
  settled(): void {
    this.pending = 0;
    this.#moved = false;
    this.#host.requestUpdate();
  }

  /** What was shown was counted a moment ago: it is asked for once more. */
  again(): void {
    this.#moved = 'new';
    this.#work();
  }

  #take(message: EventMessage | null): void {
    if (message === null) {
      this.#all = true;
      this.#moved = 'new';
    } else if (message.kind === 'touched') {
      const here = message.runs.filter((run) => run.experimentId === this.#table.experimentId());
      for (const { runId } of here) this.#changed.add(runId);
    } else if (message.kind === 'event') this.#note(message.event);
    this.#work();
  }

  #note({ type, subject }: FlywheelEvent): void {
    if (subject.experimentId !== this.#table.experimentId()) return;
    if (moves.includes(type)) this.#moved = 'new';
    else if (subject.runId) this.#changed.add(subject.runId);
  }

  #work(): void {
    const idle = !this.#moved && !this.#all && this.#changed.size === 0;
    if (idle || this.#busy || document.visibilityState === 'hidden') return;
    this.#busy = true;
    void this.#round(this.#abort.signal);
  }

  async #round(signal: AbortSignal): Promise<void> {
    try {
      await this.#values();
      await this.#rows();
    } catch {
      // The server is away: what was missed makes everything stale when it is back.
    }
    await pause(paceMs, signal);
    this.#busy = false;
    if (!signal.aborted) this.#work();
  }

  #values(): Promise<void> {
    const changed = new Set(this.#changed);
    const all = this.#all;
    this.#changed.clear();
    this.#all = false;
    return all || changed.size > 0 ? this.#table.update((runId) => all || changed.has(runId)) : Promise.resolve();
  }

  async #rows(): Promise<void> {
    if (!this.#moved) return;
    if (!this.#table.held()) {
      this.settled();
      this.#table.refresh();
      return;
    }
    if (this.#moved === 'counted') return;
    this.#moved = 'counted';
    const { runs, exact } = await this.#table.waiting();
    if (!exact) this.#moved = 'new';
    if (runs === this.pending) return;
    this.pending = runs;
    this.#host.requestUpdate();
  }
}
