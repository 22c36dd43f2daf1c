/**
 * Tells subscribers in this process that something happened. After a commit
 * the log is read once for all of them; growth of runs is coalesced. It holds
 * a bounded tail of the log and, for each listener, which runs grew: never a
 * queue of messages, so a slow listener costs nothing.
 */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Log } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import { Wakeup } from '../shared/wakeup.ts';
import type { EventFeed } from './ports.ts';
import { type TouchedRun, TouchedRuns } from './touchedRuns.ts';

export type EventHubDependencies = {
  readonly store: Store;
  readonly log: Log;
  /** How long growth of runs is gathered before listeners hear of it. */
  readonly coalesceMs?: number;
};

/** One subscriber's ear. Close it when done. */
export type Listener = {
  /** Settles when there is more; take it before looking. */
  next(): Promise<void>;
  /** The runs that grew since the last call; `all` when there were too many to tell apart. */
  takeTouched(): readonly TouchedRun[] | 'all';
  close(): void;
};

const tailLength = 2000;
const pageLength = 500;

export class EventHub implements EventFeed {
  readonly #store: Store;
  readonly #log: Log;
  readonly #coalesceMs: number;
  readonly #listeners = new Set<{ readonly bell: Wakeup; readonly touched: TouchedRuns }>();
  /** Everything after `#tailFrom`, oldest first; null until the log was read for the first time. */
  #tail: { readonly from: number; readonly events: readonly FlywheelEvent[] } | null = null;
  #reading: Promise<void> | null = null;
  #readAgain = false;
  #touched = new TouchedRuns();
  #flushTimer: NodeJS.Timeout | null = null;

  constructor({ store, log, coalesceMs = 75 }: EventHubDependencies) {
    this.#store = store;
    this.#log = log;
    this.#coalesceMs = coalesceMs;
  }

  committed(): void {
    this.#readAgain = true;
    if (this.#listeners.size === 0 && this.#reading === null) {
      this.#tail = null;
      return;
    }
    this.#reading ??= this.#readTail().finally(() => {
      this.#reading = null;
    });
  }

  touched(run: TouchedRun): void {
    if (this.#listeners.size === 0) return;
    this.#touched.add(run);
    this.#flushTimer ??= setTimeout(() => this.#flushTouched(), this.#coalesceMs).unref();
  }

  listen(): Listener {
    const listener = { bell: new Wakeup(), touched: new TouchedRuns() };
    this.#listeners.add(listener);
    return {
      next: () => listener.bell.next(),
      takeTouched: () => listener.touched.take(),
      close: () => {
        this.#listeners.delete(listener);
      },
    };
  }

  /** The events after a position, oldest first, at most a page of them. */
  async after(clock: number): Promise<readonly FlywheelEvent[]> {
    const tail = this.#tail;
    if (tail === null || clock < tail.from) return this.#store.read(({ events }) => events.after(clock, pageLength));
    const first = tail.events.findLastIndex((event) => event.clock <= clock) + 1;
    return tail.events.slice(first, first + pageLength);
  }

  async #readTail(): Promise<void> {
    try {
      while (this.#readAgain) {
        this.#readAgain = false;
        await this.#extendTail();
      }
    } catch (error) {
      // Listeners then read the log themselves, and fail by themselves if it stays unreadable.
      this.#log.warn('Event log not read', { error });
      this.#tail = null;
    }
    for (const { bell } of this.#listeners) bell.ring();
  }

  async #extendTail(): Promise<void> {
    const tail = this.#tail ?? { from: await this.#startOfTail(), events: [] };
    const last = tail.events.at(-1)?.clock ?? tail.from;
    const fresh = await this.#store.read(({ events }) => events.after(last, pageLength));
    if (fresh.length === pageLength) this.#readAgain = true;
    const events = [...tail.events, ...fresh];
    const dropped = events.splice(0, Math.max(0, events.length - tailLength));
    this.#tail = { from: dropped.at(-1)?.clock ?? tail.from, events };
  }

  /** A little before the end, so that whoever is just subscribing finds its place in the tail. */
  async #startOfTail(): Promise<number> {
    return this.#store.read(async ({ events }) => {
      const [clock, oldest] = [await events.clock(), await events.oldest()];
      return Math.max(oldest, clock - pageLength / 2);
    });
  }

  #flushTouched(): void {
    this.#flushTimer = null;
    const runs = this.#touched.take();
    for (const { bell, touched } of this.#listeners) {
      touched.addAll(runs);
      bell.ring();
    }
  }
}
