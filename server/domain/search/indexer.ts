/**
 * Keeps the index up with the event log and with what is pushed. Its place in
 * the log is kept with what it read, so that it goes on where it stopped,
 * however it stopped; code is compared with what was taken of it, so that
 * nothing that was missed stays missed. All in small steps. It begins with the
 * first event or question: the thread of the index is a tenth of what a server
 * holds at rest.
 */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Log } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import { pause, until, Wakeup } from '../shared/wakeup.ts';
import type { EventTail } from '../webhooks/ports.ts';
import { CodeIntake, type CodeIntakeDependencies } from './codeIntake.ts';
import { type CodeTexts, recordKinds, type SearchIndex } from './ports.ts';
import { recordsOf } from './recordsOf.ts';

export type IndexerDependencies = CodeIntakeDependencies & {
  readonly store: Store;
  readonly hub: EventTail;
  readonly index: SearchIndex;
  readonly code: CodeTexts;
  readonly log: Log;
};

const retryMs = 2000;

export class SearchIndexer {
  readonly #deps: IndexerDependencies;
  readonly #intake: CodeIntake;
  readonly #stopping = new AbortController();
  readonly #codeBell = new Wakeup();
  readonly #asked = new Wakeup();
  #awake = false;
  readonly #active = new Set<'records' | 'code'>();
  #dirty: Set<string> | 'all' = 'all';
  #running: Promise<unknown> = Promise.resolve();

  constructor(deps: IndexerDependencies) {
    this.#deps = deps;
    this.#intake = new CodeIntake(deps, this.#stopping.signal);
  }

  /** Whether something is known that is not in the index yet. */
  get busy(): boolean {
    return !this.#awake || this.#active.size > 0;
  }

  start(): void {
    this.#running = this.#follow();
  }

  /** Somebody searches. */
  wake(): void {
    this.#asked.ring();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const listener = this.#deps.hub.listen();
    await until(this.#stopping.signal, listener.next(), this.#asked.next());
    listener.close();
    this.#awake = true;
    await Promise.all([this.#followRecords(), this.#followCode()]);
  }

  async #followRecords(): Promise<void> {
    const { signal } = this.#stopping;
    const listener = this.#deps.hub.listen();
    let position: number | null = null;
    try {
      while (!signal.aborted) {
        const changed = listener.next();
        listener.takeTouched();
        const next: number | null = await this.#guarded('records', () => this.#takeRecords(position));
        if (next === null) await pause(retryMs, signal);
        else if (next === position) await until(signal, changed);
        position = next ?? position;
      }
    } finally {
      listener.close();
    }
  }

  async #takeRecords(known: number | null): Promise<number> {
    const position = known ?? (await this.#firstPosition());
    const events = await this.#deps.hub.after(position);
    const next = events.at(-1)?.clock ?? position;
    if (next === position) return position;
    const records = recordsOf(events);
    // What has no text of its own is read again after a restart; that is cheaper than to keep each place.
    if (records.length > 0) await this.#deps.index.refresh(records, next);
    this.#wakeCode(events);
    return next;
  }

  /** Where it stopped; everything is read once where that is not known or no longer in the log. */
  async #firstPosition(): Promise<number> {
    const { index, store } = this.#deps;
    const { newest, oldest } = await store.read(async ({ events }) => ({
      newest: await events.clock(),
      oldest: await events.oldest(),
    }));
    const position = await index.position();
    if (position !== null && position >= oldest && position <= newest) return position;
    for (const kind of recordKinds) {
      let at: number | null = 0;
      while (at !== null && !this.#stopping.signal.aborted) at = await index.sweep(kind, at);
    }
    if (!this.#stopping.signal.aborted) await index.settle(newest);
    return newest;
  }

  #wakeCode(events: readonly FlywheelEvent[]): void {
    const pushed = events.flatMap(({ type, subject }) => (type === 'code.pushed' ? (subject.projectId ?? []) : []));
    for (const projectId of pushed) if (this.#dirty !== 'all') this.#dirty.add(projectId);
    if (pushed.length > 0 || events.some(({ type }) => type === 'run.created')) this.#codeBell.ring();
  }

  async #followCode(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const rung = this.#codeBell.next();
      const dirty = this.#dirty;
      this.#dirty = new Set();
      const done = await this.#guarded('code', () => this.#intake.take(dirty));
      if (done === null) {
        this.#dirty = 'all';
        await pause(retryMs, signal);
      } else await until(signal, rung);
    }
  }

  /** Null after a failure, which is told and tried again. */
  async #guarded<T>(what: 'records' | 'code', work: () => Promise<T>): Promise<T | null> {
    this.#active.add(what);
    try {
      return await work();
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#deps.log.warn('Search index not brought up to date', { what, error });
      return null;
    } finally {
      this.#active.delete(what);
    }
  }
}
