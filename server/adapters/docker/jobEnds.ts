/**
 * How jobs end: asks them to, ends by force those that do not, holds them to
 * their time, and says afterwards what it was. Why the server ended a job lies
 * in its volume, so a later server goes on where this one was.
 */
import type { JobState } from '../../domain/compute/ports.ts';
import { labels } from './containerSettings.ts';
import { type Engine, statusOf } from './engine.ts';
import type { JobContainers } from './jobContainers.ts';
import { readRecords, type StopRecord, writeStop } from './jobRecords.ts';
import { endedState, liveState } from './jobState.ts';
import type { JobUsages } from './jobUsage.ts';
import { readTail } from './readTail.ts';

export type JobEndsOptions = {
  readonly engine: Engine;
  readonly containers: JobContainers;
  readonly usages: JobUsages;
};

type Wish = { readonly reason: StopRecord['reason']; readonly graceMs: number };
type Container = NonNullable<Awaited<ReturnType<JobContainers['inspect']>>>;

/** Time to end in peace where nobody said how long. */
const timeLimitGraceMs = 10_000;
const longestTimerMs = 2 ** 31 - 1;

export class JobEnds implements Disposable {
  readonly #options: JobEndsOptions;
  /** What was asked; null where it was looked up and there was nothing. */
  readonly #asked = new Map<string, StopRecord | null>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #ended = new Map<string, JobState>();

  constructor(options: JobEndsOptions) {
    this.#options = options;
  }

  /** Throws when the engine does not answer. */
  async state(name: string): Promise<JobState> {
    const known = this.#ended.get(name);
    const container = await this.#options.containers.inspect(name);
    if (container === null) return { kind: 'absent' };
    if (known) return known;
    const live = liveState(container);
    if (live === null) return this.#ending(name, container);
    if (live.kind === 'running') await this.#hold(name, { container, startedAt: live.startedAt });
    return live;
  }

  /** Asks once; a later demand may only shorten the grace. Nothing to do where it has ended. */
  async ask(name: string, { reason, graceMs }: Wish): Promise<void> {
    const container = await this.#options.containers.inspect(name);
    if (!container?.State.Running) return;
    const before = await this.#askedOf(name);
    const killAt = Math.min(Date.now() + graceMs, before?.killAt ?? Number.POSITIVE_INFINITY);
    const record = { reason: before?.reason ?? reason, killAt: Math.round(killAt) };
    if (before === null || record.killAt < before.killAt) await this.#keep(name, record);
    if (before === null && graceMs > 0) await this.#options.containers.signal(name, 'SIGTERM');
    await this.#schedule(name, record);
  }

  forget(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    this.#asked.delete(name);
    this.#ended.delete(name);
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Sees to it that one that runs ends when it must, whoever asked for it and when. */
  async #hold(name: string, { container, startedAt }: { readonly container: Container; readonly startedAt: number }) {
    const asked = await this.#askedOf(name);
    if (asked) return this.#schedule(name, asked);
    const minutes = Number(container.Config.Labels[labels.maxMinutes] ?? 0);
    if (minutes === 0 || this.#timers.has(name)) return;
    const left = startedAt + minutes * 60_000 - Date.now();
    this.#after(name, left, () => this.ask(name, { reason: 'time-limit', graceMs: timeLimitGraceMs }));
  }

  async #keep(name: string, record: StopRecord): Promise<void> {
    this.#asked.set(name, record);
    try {
      await writeStop(this.#options.engine, name, record);
    } catch (error) {
      // Ended meanwhile, or a disk so full that not even this fits: then it is remembered here alone.
      if (statusOf(error) === null) this.#asked.delete(name);
      if (statusOf(error) === null) throw error;
    }
  }

  async #askedOf(name: string): Promise<StopRecord | null> {
    const known = this.#asked.get(name);
    if (known !== undefined) return known;
    const { stop } = await readRecords(this.#options.engine, name);
    this.#asked.set(name, stop);
    return stop;
  }

  async #schedule(name: string, { killAt }: StopRecord): Promise<void> {
    const left = killAt - Date.now();
    if (left <= 0) return this.#options.containers.signal(name, 'SIGKILL');
    this.#after(name, left, () => this.#options.containers.signal(name, 'SIGKILL'));
  }

  #after(name: string, milliseconds: number, act: () => Promise<void>): void {
    clearTimeout(this.#timers.get(name));
    const timer = setTimeout(
      () => {
        this.#timers.delete(name);
        // One that fails is tried again at the next look.
        act().catch(() => undefined);
      },
      Math.max(0, Math.min(milliseconds, longestTimerMs)),
    ).unref();
    this.#timers.set(name, timer);
  }

  async #ending(name: string, container: Container): Promise<JobState> {
    const { engine, usages } = this.#options;
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    const [records, tail] = await Promise.all([readRecords(engine, name), readTail(engine, name)]);
    const stop = records.stop ?? this.#asked.get(name) ?? null;
    const command = container.Config.Cmd?.at(-1) ?? '';
    const state = endedState(container, { records: { ...records, stop }, tail, usage: usages.seen(name), command });
    this.#ended.set(name, state);
    return state;
  }
}
