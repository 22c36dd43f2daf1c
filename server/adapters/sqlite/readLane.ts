/** Runs reads one after another, each on one snapshot of the newest commit. A read, too, awaits only its store. */
import { DomainError } from '../../domain/shared/errors.ts';
import { attempt, type Work } from './commitLane.ts';
import type { Connection } from './connection.ts';

export class ReadLane {
  readonly #connection: Connection;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  run<T>(work: Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new DomainError('shutting-down', 'The server is shutting down'));
    const result = this.#last.then(() => this.#read(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  async #read<T>(work: Work<T>): Promise<T> {
    this.#connection.command('BEGIN');
    try {
      const outcome = await attempt(this.#connection, { work, mode: 'read' });
      if (!outcome.ok) throw outcome.error;
      return outcome.value as T;
    } finally {
      this.#connection.command('ROLLBACK');
    }
  }
}
