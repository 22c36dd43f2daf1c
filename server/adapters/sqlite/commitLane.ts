/**
 * Runs units of work one after another and makes many of them durable with one
 * commit. Each has a savepoint, so one that throws undoes only itself; nobody
 * is answered before the commit. A unit that waits for anything but its store
 * is caught: it would hold the whole server's writes open.
 */
import { DomainError } from '../../domain/shared/errors.ts';
import type { Connection } from './connection.ts';
import { Session, type SessionMode } from './session.ts';
import { toDomainError } from './sqliteError.ts';

/** What a unit does with the session that it is given. */
export type Work<T> = (session: Session) => Promise<T>;

type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

type Unit = {
  readonly work: Work<unknown>;
  readonly mode: SessionMode;
  readonly settle: (outcome: Outcome) => void;
};

/** One commit takes no more, so that the first unit in it does not wait long for its answer. */
const maxUnits = 512;
const maxMilliseconds = 25;

export class CommitLane {
  readonly #connection: Connection;
  #queue: Unit[] = [];
  #draining: Promise<void> | null = null;
  #closed = false;
  #version = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Grows with each commit that may have changed something. */
  get version(): number {
    return this.#version;
  }

  run<T>(work: Work<T>, mode: SessionMode): Promise<T> {
    if (this.#closed) return Promise.reject(new DomainError('shutting-down', 'The server is shutting down'));
    return new Promise<T>((resolve, reject) => {
      const settle = (outcome: Outcome) => (outcome.ok ? resolve(outcome.value as T) : reject(outcome.error));
      this.#queue.push({ work, mode, settle });
      this.#draining ??= this.#drain();
    });
  }

  /** Lets what was accepted finish; refuses what comes after. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    // The units of one turn of the event loop share a commit; those that come while it runs share the next.
    do {
      await new Promise((resolve) => setImmediate(resolve));
      const units: Unit[] = [];
      const outcomes = await this.#commit(units);
      for (const [index, unit] of units.entries())
        unit.settle(outcomes[index] ?? failed(new Error('unit without outcome')));
    } while (this.#queue.length > 0);
    this.#draining = null;
  }

  /** Takes units off the queue into `units`; answers an outcome for each. */
  async #commit(units: Unit[]): Promise<readonly Outcome[]> {
    const began = performance.now();
    const outcomes: Outcome[] = [];
    try {
      this.#connection.command('BEGIN IMMEDIATE');
      while (units.length < maxUnits && performance.now() - began < maxMilliseconds) {
        const unit = this.#queue.shift();
        if (!unit) break;
        units.push(unit);
        outcomes.push(await this.#inSavepoint(unit));
      }
      this.#connection.command('COMMIT');
      if (units.some(({ mode }) => mode === 'write')) this.#version += 1;
      return outcomes;
    } catch (error) {
      if (units.length === 0) units.push(...this.#queue.splice(0));
      if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
      return units.map(() => failed(toDomainError(error)));
    }
  }

  async #inSavepoint(unit: Unit): Promise<Outcome> {
    this.#connection.command('SAVEPOINT unit');
    const outcome = await attempt(this.#connection, unit);
    if (!outcome.ok) {
      // On a full disk SQLite may have undone everything by itself: then nobody in this commit was stored.
      if (!this.#connection.inTransaction) throw outcome.error;
      this.#connection.command('ROLLBACK TO unit');
    }
    this.#connection.command('RELEASE unit');
    return outcome;
  }
}

/**
 * Store calls answer within the turn of the event loop in which they were
 * made. A unit that has not settled when that turn is over waits for something else.
 */
export async function attempt(
  connection: Connection,
  unit: { readonly work: Work<unknown>; readonly mode: SessionMode },
): Promise<Outcome> {
  const session = new Session(connection, unit.mode);
  let turnOver: NodeJS.Immediate | undefined;
  const late = new Promise<Outcome>((resolve) => {
    turnOver = setImmediate(() => resolve(failed(foreignAwait())));
  });
  const outcome = await Promise.race([settled(unit.work, session), late]);
  clearImmediate(turnOver);
  session.end();
  return outcome;
}

async function settled(work: Work<unknown>, session: Session): Promise<Outcome> {
  try {
    return { ok: true, value: await work(session) };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Outcome {
  return { ok: false, error };
}

function foreignAwait(): Error {
  return new Error(
    'A unit of work awaited something other than its store; it was rolled back. Await that before it or after it',
  );
}
