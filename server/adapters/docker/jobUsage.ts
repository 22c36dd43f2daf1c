/**
 * What jobs use, sampled by their engine once a second for as long as somebody
 * reads. The newest samples are held, so that a second reader sees what the
 * first one saw, and the sums for the record of the end.
 */
import type { Readable } from 'node:stream';
import type { JobUsage, UsageSample } from '../../domain/compute/ports.ts';
import { until, Wakeup } from '../../domain/shared/wakeup.ts';
import { type Engine, statusOf } from './engine.ts';
import { jsonLines } from './jsonLines.ts';

const mostSamples = 600;

type Sampled = {
  readonly samples: UsageSample[];
  readonly bell: Wakeup;
  usage: JobUsage;
  readers: number;
  sampling: { readonly cancel: AbortController; readonly done: Promise<void> } | null;
};

/** What of an engine's statistics is read; parts are missing before the first measurement and after the end. */
type Statistics = {
  readonly read?: string;
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: {
    readonly usage?: number;
    readonly stats?: { readonly total_inactive_file?: number; readonly inactive_file?: number };
  };
};

export class JobUsages {
  readonly #engine: Engine;
  readonly #jobs = new Map<string, Sampled>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async *follow(
    container: string,
    { after, signal }: { readonly after: number; readonly signal: AbortSignal },
  ): AsyncGenerator<UsageSample> {
    const job = this.#job(container);
    job.readers += 1;
    try {
      job.sampling ??= this.#sample(container, job);
      let last = after;
      for (let over = false; !signal.aborted; ) {
        const rung = job.bell.next();
        for (const sample of job.samples.filter(({ at }) => at > last)) {
          last = sample.at;
          yield sample;
        }
        if (over) return;
        over = job.sampling === null;
        if (!over) await until(signal, rung);
      }
    } finally {
      job.readers -= 1;
      if (job.readers === 0) job.sampling?.cancel.abort();
    }
  }

  /** As far as it was seen. */
  seen(container: string): JobUsage {
    return this.#jobs.get(container)?.usage ?? { cpuSeconds: 0, peakMemoryBytes: 0 };
  }

  forget(container: string): void {
    this.#jobs.delete(container);
  }

  #job(container: string): Sampled {
    const known = this.#jobs.get(container);
    if (known) return known;
    const usage = { cpuSeconds: 0, peakMemoryBytes: 0 };
    const job: Sampled = { samples: [], bell: new Wakeup(), usage, readers: 0, sampling: null };
    this.#jobs.set(container, job);
    return job;
  }

  #sample(container: string, job: Sampled): NonNullable<Sampled['sampling']> {
    const cancel = new AbortController();
    const done = this.#read(container, { job, signal: cancel.signal })
      .catch(() => undefined)
      .finally(() => {
        job.sampling = null;
        job.bell.ring();
      });
    return { cancel, done };
  }

  async #read(
    container: string,
    { job, signal }: { readonly job: Sampled; readonly signal: AbortSignal },
  ): Promise<void> {
    const stream = await this.#open(container);
    if (stream === null) return;
    let before: Measured | null = null;
    for await (const statistics of jsonLines<Statistics>(stream, signal)) {
      const now = measuredIn(statistics);
      // An engine goes on telling nothing of a container that has ended.
      if (now === null) break;
      if (before !== null && now.at > before.at) this.#keep(job, before, now);
      before = now;
    }
  }

  #keep(job: Sampled, before: Measured, now: Measured): void {
    const cores = (now.cpuNanoseconds - before.cpuNanoseconds) / 1e6 / (now.at - before.at);
    job.samples.push({ at: now.at, cpuCores: Math.round(cores * 1000) / 1000, memoryBytes: now.memoryBytes });
    if (job.samples.length > mostSamples) job.samples.shift();
    job.usage = {
      cpuSeconds: Math.max(job.usage.cpuSeconds, now.cpuNanoseconds / 1e9),
      peakMemoryBytes: Math.max(job.usage.peakMemoryBytes, now.memoryBytes),
    };
    job.bell.ring();
  }

  async #open(container: string): Promise<Readable | null> {
    try {
      return (await this.#engine.stream((docker) =>
        docker.getContainer(container).stats({ stream: true }),
      )) as Readable;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }
}

type Measured = { readonly at: number; readonly cpuNanoseconds: number; readonly memoryBytes: number };

function measuredIn({ read, cpu_stats, memory_stats }: Statistics): Measured | null {
  const cpuNanoseconds = cpu_stats?.cpu_usage?.total_usage ?? 0;
  const usage = memory_stats?.usage;
  if (cpuNanoseconds === 0 || usage === undefined || read === undefined) return null;
  // What the system only keeps for reading files again is given back when it is wanted.
  const cached = memory_stats?.stats?.total_inactive_file ?? memory_stats?.stats?.inactive_file ?? 0;
  return { at: Date.parse(read), cpuNanoseconds, memoryBytes: Math.max(0, usage - cached) };
}
