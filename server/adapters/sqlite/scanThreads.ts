/**
 * Reads that may take long, on threads of their own, so that neither logging
 * nor a short read waits for them. One thread is never given to what takes
 * longest: a page is found while statistics are made. A call that aborts
 * leaves the queue, or ends with the statement that runs.
 */
import { Worker } from 'node:worker_threads';
import type { ErrorReason } from '../../../protocol/errors.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { threadFile } from '../../platform/threadFile.ts';
import type { ScanInput, ScanName, ScanOutput } from './scans.ts';

export type ScanThreadData = { readonly file: string; readonly cancelled: Int32Array };
export type ScanFailure = {
  readonly reason: ErrorReason | null;
  readonly message: string;
  readonly field?: string | undefined;
  readonly remedy?: string | undefined;
};
export type ScanAnswer = { readonly output: unknown } | { readonly failure: ScanFailure };

const threads = 2;
const long: ReadonlySet<ScanName> = new Set(['group', 'differing', 'table', 'spending']);

type Job = {
  readonly name: ScanName;
  readonly input: unknown;
  readonly resolve: (output: never) => void;
  readonly reject: (error: unknown) => void;
};

export class ScanThreads {
  readonly #file: string;
  readonly #threads: Thread[] = [];
  #queue: Job[] = [];
  #closed = false;

  constructor(file: string) {
    this.#file = file;
  }

  run<N extends ScanName>(name: N, input: ScanInput<N>, signal?: AbortSignal): Promise<ScanOutput<N>> {
    if (this.#closed) return Promise.reject(shuttingDown());
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<ScanOutput<N>>();
    const job: Job = { name, input, resolve, reject };
    const abort = () => this.#abort(job, signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#queue.push(job);
    this.#hand();
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Starts all threads, so that whoever asks first does not wait for it. */
  warm(): void {
    while (!this.#closed && this.#threads.length < threads) this.#add();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(shuttingDown());
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** Gives what waits to threads that are free. */
  #hand(): void {
    for (const job of [...this.#queue]) {
      const thread = this.#threadFor(job);
      if (thread === null) continue;
      this.#queue.splice(this.#queue.indexOf(job), 1);
      thread.start(job);
    }
  }

  #threadFor({ name }: Job): Thread | null {
    const busy = this.#threads.filter(({ job }) => job !== null && long.has(job.name)).length;
    if (long.has(name) && busy >= threads - 1) return null;
    const free = this.#threads.find(({ job }) => job === null);
    if (free !== undefined || this.#threads.length >= threads) return free ?? null;
    return this.#add();
  }

  #add(): Thread {
    const made: Thread = new Thread(this.#file, { idle: () => this.#hand(), gone: () => this.#forget(made) });
    this.#threads.push(made);
    return made;
  }

  #forget(thread: Thread): void {
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    if (!this.#closed) this.#hand();
  }

  #abort(job: Job, reason: unknown): void {
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    else this.#threads.find((thread) => thread.job === job)?.cancel();
    job.reject(reason);
  }
}

type ThreadEvents = { readonly idle: () => void; readonly gone: () => void };

class Thread {
  readonly #worker: Worker;
  readonly #cancelled = new Int32Array(new SharedArrayBuffer(4));
  #job: Job | null = null;

  constructor(file: string, events: ThreadEvents) {
    const workerData: ScanThreadData = { file, cancelled: this.#cancelled };
    this.#worker = new Worker(threadFile(import.meta.url, 'scanThread'), { workerData });
    // What is open at the end is closed; a thread that only waits keeps nothing alive.
    this.#worker.unref();
    this.#worker.on('message', (answer: ScanAnswer) => {
      const job = this.#job;
      this.#job = null;
      if (job !== null) settle(job, answer);
      events.idle();
    });
    this.#worker.on('error', (error) => this.#job?.reject(error));
    this.#worker.on('exit', () => {
      this.#job?.reject(shuttingDown());
      events.gone();
    });
  }

  get job(): Job | null {
    return this.#job;
  }

  start(job: Job): void {
    this.#job = job;
    Atomics.store(this.#cancelled, 0, 0);
    this.#worker.postMessage({ name: job.name, input: job.input });
  }

  cancel(): void {
    Atomics.store(this.#cancelled, 0, 1);
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#worker.terminate();
  }
}

function settle(job: Job, answer: ScanAnswer): void {
  if ('output' in answer) job.resolve(answer.output as never);
  else job.reject(toError(answer.failure));
}

function toError({ reason, message, field, remedy }: ScanFailure): Error {
  return reason === null ? new Error(message) : new DomainError(reason, message, { field, remedy });
}

function shuttingDown(): DomainError {
  return new DomainError('shutting-down', 'The server is shutting down');
}
