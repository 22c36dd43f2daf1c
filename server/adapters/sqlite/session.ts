/**
 * What the stores of one unit of work talk to. It ends with the unit: a store
 * that is kept and used later is refused, so that nothing can be changed
 * outside a transaction.
 */
import { DomainError } from '../../domain/shared/errors.ts';
import type { Connection, SqlValue } from './connection.ts';
import { toDomainError } from './sqliteError.ts';

export type SessionMode = 'write' | 'read';

export class Session {
  readonly #connection: Connection;
  readonly #mode: SessionMode;
  readonly #isCancelled: () => boolean;
  #ended = false;

  /** Once `isCancelled`, no further statement is begun. */
  constructor(connection: Connection, mode: SessionMode, isCancelled: () => boolean = () => false) {
    this.#connection = connection;
    this.#mode = mode;
    this.#isCancelled = isCancelled;
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

  /** For text that is put together; only the latest of such statements are kept. */
  query<R>(sql: string, values: readonly SqlValue[]): R[] {
    return this.#try('read', () => this.#connection.passing(sql).all(...values) as R[]);
  }

  /** As `query`, each row as an array. */
  arrays<R extends readonly unknown[]>(sql: string, values: readonly SqlValue[]): R[] {
    return this.#try('read', () => this.#connection.passing(sql, 'arrays').all(...values) as unknown as R[]);
  }

  /** Rows as arrays, one at a time. Read it to its end before the next call. */
  stream<R extends readonly unknown[]>(sql: string, ...values: readonly SqlValue[]): Iterable<R> {
    return this.#try('read', () => this.#connection.stream(sql).iterate(...values) as unknown as Iterable<R>);
  }

  /** A measure that need not be of this very moment. */
  recall(key: string, measure: () => number): number {
    return this.#connection.recall(key, measure);
  }

  keeper<T extends object>(kind: new () => T): T {
    return this.#connection.keeper(kind);
  }

  #try<T>(mode: SessionMode, act: () => T): T {
    if (this.#isCancelled()) throw new DomainError('shutting-down', 'The call was cancelled');
    if (this.#ended) throw new Error('a store was used after its unit of work had ended');
    if (mode === 'write' && this.#mode === 'read') throw new Error('a read must not change anything: use store.write');
    try {
      return act();
    } catch (error) {
      throw toDomainError(error);
    }
  }
}
