/**
 * Whole orders of searches that are scrolled through, as numbers of runs, while
 * nothing is written: any block is then found without walking to it. Made when
 * the same search comes a second time, as making one is dearer than a page.
 */
import type { Column, RunQuery } from '../../domain/tracking/ports.ts';
import { orderExpressions, orderTerms } from './runOrder.ts';
import { planFromRuns } from './runPlan.ts';
import { SelectedRuns } from './runSelection.ts';
import type { Session } from './session.ts';

type Seen = { readonly version: string; readonly numbers: Float64Array | null };

/** Of each connection; they are a megabyte each for a hundred thousand runs. */
const kept = 4;
/** Nearer to the top of the table an index is as quick. */
const far = 1000;
/** They change while nothing is written. */
const moving: ReadonlySet<string> = new Set(['duration', 'cost']);

export class KeptOrders {
  readonly #seen = new Map<string, Seen>();

  /** The runs of a page and the one after it; null where the search itself has to find them. */
  numbersOf(session: Session, query: RunQuery): readonly number[] | null {
    const { offset, limit, after = null, ...search } = query;
    if (after !== null || offset < far || isMoving(query)) return null;
    const key = JSON.stringify(search);
    const version = versionOf(session);
    const seen = this.#seen.get(key);
    const isAgain = seen?.version === version;
    const numbers = isAgain ? (seen.numbers ?? order(session, query)) : null;
    this.#keep(key, { version, numbers });
    return numbers && Array.from(numbers.subarray(offset, offset + limit + 1));
  }

  #keep(key: string, seen: Seen): void {
    this.#seen.delete(key);
    this.#seen.set(key, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > kept && oldest !== undefined) this.#seen.delete(oldest);
  }
}

function isMoving({ orderBy, where, inGroup = [] }: RunQuery): boolean {
  const columns: readonly { readonly column: Column }[] = [...orderBy, ...where, ...inGroup];
  return columns.some(({ column }) => column.entity === 'attribute' && moving.has(column.key));
}

/** What others wrote, and what this connection did. */
function versionOf(session: Session): string {
  const others = session.get<{ data_version: number }>('PRAGMA data_version')?.data_version;
  const own = session.get<{ changes: number }>('SELECT total_changes() AS changes')?.changes;
  return `${others} ${own}`;
}

function order(session: Session, query: RunQuery): Float64Array {
  const runs = new SelectedRuns(session, query, planFromRuns);
  const terms = orderTerms(query, planFromRuns.drive, runs.columns);
  const sql = `SELECT runs.number ${runs.body()} ${orderExpressions(terms)}`;
  return Float64Array.from(session.arrays<readonly [number]>(sql, runs.bindings.values), ([number]) => number);
}
