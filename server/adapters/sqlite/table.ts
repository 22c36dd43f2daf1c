/**
 * The mapping between a record and a row: which column holds which field, and
 * how. A table's mapping is the only place that turns columns into fields.
 */
import type { Row, SqlValue } from './connection.ts';
import type { Session } from './session.ts';

export type Column<T> = {
  readonly name: string;
  encode(value: T): SqlValue;
  decode(value: unknown): T;
};

export type Columns<R> = { readonly [F in keyof R]-?: Column<R[F]> };

/** Stored as it is: text, numbers, null. */
export function plain<T extends string | number | null>(name: string): Column<T> {
  return { name, encode: (value) => value, decode: (value) => value as T };
}

export function flag(name: string): Column<boolean> {
  return { name, encode: (value) => (value ? 1 : 0), decode: (value) => value === 1 };
}

export function json<T>(name: string): Column<T> {
  return {
    name,
    encode: (value) => (value === null ? null : JSON.stringify(value)),
    decode: (value) => (value === null ? null : JSON.parse(String(value))) as T,
  };
}

export class Table<R extends object> {
  /** The columns for a SELECT, each as `table.column`. */
  readonly select: string;
  readonly #name: string;
  readonly #columns: readonly (readonly [keyof R, Column<R[keyof R]>])[];
  readonly #insert: string;

  constructor(name: string, columns: Columns<R>) {
    this.#name = name;
    this.#columns = Object.entries(columns) as unknown as (readonly [keyof R, Column<R[keyof R]>])[];
    const names = this.#columns.map(([, column]) => column.name);
    this.select = names.map((column) => `${name}.${column}`).join(', ');
    this.#insert = `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  }

  read(row: Row): R {
    return Object.fromEntries(this.#columns.map(([field, column]) => [field, column.decode(row[column.name])])) as R;
  }

  insert(session: Session, record: R): number {
    return session.insert(this.#insert, ...this.#columns.map(([field, column]) => column.encode(record[field])));
  }

  /** Sets the fields that the change has, where the column holds the value; answers how many rows. */
  update(session: Session, change: Partial<R>, where: { readonly column: string; readonly is: SqlValue }): number {
    const set = this.#columns.filter(([field]) => change[field] !== undefined);
    if (set.length === 0) return 0;
    const values = set.map(([field, column]) => column.encode(change[field] as R[keyof R]));
    const assignments = set.map(([, column]) => `${column.name} = ?`).join(', ');
    return session.run(`UPDATE ${this.#name} SET ${assignments} WHERE ${where.column} = ?`, ...values, where.is);
  }
}
