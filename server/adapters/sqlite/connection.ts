/**
 * One open database file: its pragmas and its statements, each prepared once.
 * It knows no table and no product meaning, and it never starts a transaction.
 */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { addDeviation } from './deviation.ts';
import { defineSegmentValue } from './points/segmentValue.ts';

export type SqlValue = SQLInputValue;
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** NORMAL flushes at checkpoints only: commits are flushed by whoever answers for them. */
const writerPragmas = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -16384;`;

/** KiB. The system caches the file too, and that memory is given back; what these hold never is. */
const readerPragmas = `
  PRAGMA cache_size = -8192;`;

const pragmas = `
  PRAGMA foreign_keys = ON;
  PRAGMA busy_timeout = 5000;
  PRAGMA temp_store = MEMORY;`;

const maxPassing = 100;
const maxMeasured = 1000;
const measuredForMs = 10_000;

export class Connection {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #streams = new Map<string, StatementSync>();
  readonly #passing = new Map<string, StatementSync>();
  readonly #measured = new Map<string, { readonly value: number; readonly until: number }>();
  readonly #keepers = new Map<new () => object, object>();

  constructor(file: string, mode: 'write' | 'read') {
    this.database = new DatabaseSync(file, { readOnly: mode === 'read' });
    this.database.exec(mode === 'write' ? writerPragmas : readerPragmas);
    this.database.exec(pragmas);
    defineSegmentValue(this.database);
    addDeviation(this.database);
  }

  /** For text that is constant in the code: it is prepared the first time and kept. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** As `statement`, with rows as arrays, for reading very many of them. */
  stream(sql: string): StatementSync {
    const known = this.#streams.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    statement.setReturnArrays(true);
    this.#streams.set(sql, statement);
    return statement;
  }

  /** For text that is put together: of so many statements only the last used are kept. */
  passing(sql: string, rows: 'objects' | 'arrays' = 'objects'): StatementSync {
    const key = `${rows} ${sql}`;
    const statement = this.#passing.get(key) ?? this.database.prepare(sql);
    statement.setReturnArrays(rows === 'arrays');
    this.#passing.delete(key);
    this.#passing.set(key, statement);
    const [oldest] = this.#passing.keys();
    if (this.#passing.size > maxPassing && oldest !== undefined) this.#passing.delete(oldest);
    return statement;
  }

  /** What takes time to measure and need not be exact, such as the length of an index: kept for some seconds. */
  recall(key: string, measure: () => number): number {
    const known = this.#measured.get(key);
    if (known !== undefined && known.until > performance.now()) return known.value;
    const value = measure();
    if (this.#measured.size >= maxMeasured) this.#measured.clear();
    this.#measured.set(key, { value, until: performance.now() + measuredForMs });
    return value;
  }

  /** The one object of a class that keeps something between units of work here. */
  keeper<T extends object>(kind: new () => T): T {
    const known = this.#keepers.get(kind);
    if (known instanceof kind) return known;
    const made = new kind();
    this.#keepers.set(kind, made);
    return made;
  }

  get inTransaction(): boolean {
    return this.database.isTransaction;
  }

  /** One statement without values or rows, as BEGIN. */
  command(sql: string): void {
    this.statement(sql).run();
  }

  /** Many statements, not kept. */
  exec(sql: string): void {
    this.database.exec(sql);
  }

  close(): void {
    if (!this.database.isOpen) return;
    this.#statements.clear();
    this.#streams.clear();
    this.#passing.clear();
    this.database.close();
  }
}
