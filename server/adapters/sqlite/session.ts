/**
 * What the stores of one unit of work talk to. It ends with the unit: a store
 * that is kept and used later is refused, so that nothing can be changed
 * outside a transaction.
 */
import type { Connection, SqlValue } from './connection.ts';
import { toDomainError } from './sqliteError.ts';

export type SessionMode = 'write' | 'read';

export class Session {
  readonly #connection: Connection;
  readonly #mode: SessionMode;
  #ended = false;

  constructor(connection: Connection, mode: SessionMode) {
    this.#connection = connection;
    this.#mode = mode;
  }

  end(): void {
    this.#ended = true;
  }

  /** Changes rows; answers how many. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.#try('write', () => Number(this.#connection.statement(sql).run(...values).changes));
  }

  /** Inserts one row; answers its number. */
  insert(sql: string, ...values: readonly SqlValue[]): number {
    return this.#try('write', () => Number(this.#connection.statement(sql).run(...values).lastInsertRowid));
  }

  get<R>(sql: string, ...values: readonly SqlValue[]): R | undefined {
    return this.#try('read', () => this.#connection.statement(sql).get(...values) as R | undefined);
  }

  all<R>(sql: string, ...values: readonly SqlValue[]): R[] {
    return this.#try('read', () => this.#connection.statement(sql).all(...values) as R[]);
  }

  /** For text made for one question; the statement is not kept. */
  query<R>(sql: string, values: readonly SqlValue[]): R[] {
    return this.#try('read', () => this.#connection.database.prepare(sql).all(...values) as R[]);
  }

  /** Rows as arrays, one at a time. Read it to its end before the next call. */
  stream<R extends readonly unknown[]>(sql: string, ...values: readonly SqlValue[]): Iterable<R> {
    return this.#try('read', () => this.#connection.stream(sql).iterate(...values) as unknown as Iterable<R>);
  }

  #try<T>(mode: SessionMode, act: () => T): T {
    if (this.#ended) throw new Error('a store was used after its unit of work had ended');
    if (mode === 'write' && this.#mode === 'read') throw new Error('a read must not change anything: use store.write');
    try {
      return act();
    } catch (error) {
      throw toDomainError(error);
    }
  }
}
