/**
 * The search index in SQLite, on a thread of its own: neither indexing nor a
 * question holds up anything else. The thread is there while it is wanted and
 * for some seconds after, so that an idle server does not pay for its memory.
 */
import { Worker } from 'node:worker_threads';
import type { Asked, Found, SearchIndex, Tree } from '../../../domain/search/ports.ts';
import { DomainError } from '../../../domain/shared/errors.ts';
import { threadFile } from '../../../platform/threadFile.ts';
import type { OperationInput, OperationName, OperationOutput } from './operations.ts';

export type SearchThreadData = { readonly file: string; readonly database: string };
export type SearchRequest = { readonly id: number; readonly name: string; readonly input: unknown };
export type SearchAnswer = { readonly id: number } & ({ readonly output: unknown } | { readonly failure: string });

export type SearchIndexOptions = SearchThreadData & { readonly idleMs?: number };

const defaultIdleMs = 3000;
/** Larger steps would make questions wait for one. */
const placedAtOnce = 1000;
/** While so many wait, a further question is refused: answers would come too late to be of use. */
const mostWaiting = 200;

type Waiting = { readonly resolve: (output: never) => void; readonly reject: (error: unknown) => void };

export class SqliteSearchIndex implements SearchIndex {
  readonly #options: SearchIndexOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #last = 0;
  #closed = false;

  constructor(options: SearchIndexOptions) {
    this.#options = options;
  }

  async find(asked: Asked, signal?: AbortSignal): Promise<Found> {
    if (this.#waiting.size >= mostWaiting) {
      throw new DomainError('rate-limited', 'Too many searches wait already.', { remedy: 'Try again in a moment.' });
    }
    const found = await this.#ask('find', asked);
    signal?.throwIfAborted();
    return found;
  }

  read(request: OperationInput<'read'>) {
    return this.#ask('read', request);
  }

  position() {
    return this.#ask('position', null);
  }

  refresh(records: OperationInput<'refresh'>['records'], position: number) {
    return this.#ask('refresh', { records, position });
  }

  sweep(kind: OperationInput<'sweep'>['kind'], after: number) {
    return this.#ask('sweep', { kind, after });
  }

  settle(position: number) {
    return this.#ask('settle', position);
  }

  waitingSnapshots(limit: number) {
    return this.#ask('waitingSnapshots', limit);
  }

  async heads() {
    return new Map(await this.#ask('heads', null));
  }

  missing(files: OperationInput<'missing'>) {
    return this.#ask('missing', files);
  }

  addFiles(texts: OperationInput<'addFiles'>['texts'], unreadable: OperationInput<'addFiles'>['unreadable']) {
    return this.#ask('addFiles', { texts, unreadable });
  }

  /** What the branch had before stays found until all of the new tree is placed. */
  async placeTree({ projectId, commit, of, files }: Tree): Promise<void> {
    const generation = of === 'head' ? await this.#ask('nextGeneration', projectId) : null;
    const tree = { projectId, generation, commit };
    for (let at = 0; at < files.length; at += placedAtOnce) {
      await this.#ask('placeFiles', { ...tree, files: files.slice(at, at + placedAtOnce) });
    }
    while (await this.#ask('settleTree', tree));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#release();
  }

  #ask<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
    if (this.#closed) return Promise.reject(shuttingDown());
    const { promise, resolve, reject } = Promise.withResolvers<OperationOutput<N>>();
    this.#last += 1;
    this.#waiting.set(this.#last, { resolve, reject });
    this.#open().postMessage({ id: this.#last, name, input } satisfies SearchRequest);
    return promise;
  }

  #open(): Worker {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#worker !== null) return this.#worker;
    const workerData: SearchThreadData = { file: this.#options.file, database: this.#options.database };
    const worker = new Worker(threadFile(import.meta.url, 'searchThread'), { workerData });
    worker.unref();
    worker.on('message', (answer: SearchAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#fail(worker, error));
    worker.on('exit', () => this.#fail(worker, shuttingDown()));
    this.#worker = worker;
    return worker;
  }

  #settle(answer: SearchAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('failure' in answer) waiting?.reject(new Error(answer.failure));
    else waiting?.resolve(answer.output as never);
    if (this.#waiting.size > 0 || this.#closed) return;
    this.#idle = setTimeout(() => void this.#release(), this.#options.idleMs ?? defaultIdleMs).unref();
  }

  /** A thread that was let go before fails nobody. */
  #fail(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async #release(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === null) return;
    // What still waits is not answered any more; a new request gets a new thread.
    this.#fail(worker, shuttingDown());
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(null);
    await gone;
  }
}

function shuttingDown(): DomainError {
  return new DomainError('shutting-down', 'The server is shutting down');
}
