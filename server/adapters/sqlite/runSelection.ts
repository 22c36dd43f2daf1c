/** The runs of a selection as the FROM and WHERE of a statement, as a plan wants them found. */
import { columnId } from '../../domain/shared/columnId.ts';
import type { Column, Comparison, RunSelection } from '../../domain/tracking/ports.ts';
import { findName } from './names.ts';
import { isKeyed, RunColumns } from './runColumns.ts';
import { Bindings, comparisonSql } from './runExpressions.ts';
import type { Drive, Plan } from './runPlan.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';
import { isRange, rangeSql } from './valueIndex.ts';

const views = { active: 'runs.deleted_at IS NULL', deleted: 'runs.deleted_at IS NOT NULL', all: 'TRUE' } as const;

/** Whether nothing can match: no experiments, or a key that nobody ever used. */
export function isEmptySelection(session: Session, { experimentIds, where }: RunSelection): boolean {
  const isUnknown = ({ column, operator }: Comparison) =>
    isKeyed(column) && operator !== 'IS NULL' && findName(session, column.key) === null;
  return experimentIds.length === 0 || where.some(isUnknown);
}

/** SQLite joins 64 tables at most; what orders a search and groups it needs some too. */
const maxJoined = 30;

export class SelectedRuns {
  readonly bindings = new Bindings();
  readonly columns: RunColumns;
  readonly #session: Session;
  readonly #plan: Plan;
  readonly #run: string;
  readonly #filters: string[] = [];
  readonly #where: string[] = [];

  constructor(session: Session, selection: RunSelection, plan: Plan) {
    this.columns = new RunColumns(session, this.bindings);
    this.#session = session;
    this.#plan = plan;
    this.#run = isOfRuns(plan.drive) ? 'runs.number' : 'first.run';
    this.#begin();
    this.#within(selection);
    const settled = [plan.drive, ...plan.sets].flatMap((each) => ('comparisons' in each ? each.comparisons : []));
    for (const comparisons of byColumn(selection.where.filter((each) => !settled.includes(each)))) {
      this.#filter(comparisons);
    }
    for (const { column, value } of selection.inGroup ?? []) {
      this.#where.push(`${this.columns.join(column).cell} IS ${this.bindings.bind(toStored(column, value))}`);
    }
  }

  /** A further condition. */
  add(condition: string): void {
    this.#where.push(condition);
  }

  /** From FROM on. Along an index the run itself, which is wide, is read last. */
  body(): string {
    const filters = this.#filters.join(' ');
    const { drive } = this.#plan;
    const from = isOfRuns(drive)
      ? `runs ${drive.kind === 'attribute' ? `INDEXED BY ${drive.index}` : ''} ${filters}`
      : `${drive.by.table} AS first INDEXED BY ${drive.by.index} ${filters} CROSS JOIN runs ON runs.number = first.run`;
    return `FROM ${from} ${this.columns.joins.join(' ')} WHERE ${this.#where.join(' AND ')}`;
  }

  /** Comparisons of one column. */
  #filter(comparisons: readonly Comparison[]): void {
    const [first] = comparisons;
    if (first === undefined) return;
    const isRoom = this.#filters.length < maxJoined;
    const joined = isRoom ? this.columns.joinHolding(this.#run, first.column, comparisons) : null;
    if (joined === null) this.#where.push(this.columns.holds(first.column, comparisons));
    else this.#filters.push(joined);
  }

  /** The part of the index that is walked, and the sets that are tested against. */
  #begin(): void {
    const { drive, sets } = this.#plan;
    if (drive.kind === 'attribute') this.#where.push(`${drive.value} IS NOT NULL`);
    if (!isOfRuns(drive)) {
      const operand = `first.${drive.by.field}`;
      this.#where.push(`first.name = ${this.bindings.bind(this.columns.name(drive.column))}`);
      if (drive.kind === 'order') this.#where.push(`${operand} IS NOT NULL`);
      for (const comparison of drive.comparisons) this.#where.push(comparisonSql(operand, comparison, this.bindings));
    }
    for (const set of sets) {
      this.#where.push(`${this.#run} IN (SELECT r.run ${rangeSql(this.#session, set, this.bindings)})`);
    }
  }

  #within({ experimentIds, view }: RunSelection): void {
    const [only, ...others] = [...new Set(experimentIds.map(experimentNumber))];
    const list = others.length > 0 ? `IN ${this.bindings.bindList([only ?? -1, ...others])}` : null;
    this.#where.push(`runs.experiment_id ${list ?? `= ${this.bindings.bind(only ?? -1)}`}`, views[view]);
  }
}

/** Whether it walks over the runs themselves. */
function isOfRuns(drive: Drive): drive is Extract<Drive, { readonly kind: 'runs' | 'attribute' }> {
  return drive.kind === 'runs' || drive.kind === 'attribute';
}

/** What is likely to hold for the fewest runs first. */
function byColumn(where: readonly Comparison[]): readonly (readonly Comparison[])[] {
  const groups = [...Map.groupBy(where, ({ column }) => columnId(column)).values()];
  const weight = (comparisons: readonly Comparison[]) => Math.min(...comparisons.map(weightOf));
  return groups.toSorted((a, b) => weight(a) - weight(b));
}

function weightOf({ column, operator }: Comparison): number {
  if (typeof column.reading === 'object') return 3;
  if (operator === '=') return 0;
  return isRange({ operator }) ? 1 : 2;
}

/** The infinite numbers of metrics travel as words, and lie as numbers. */
function toStored({ entity }: Column, value: string | number | null): string | number | null {
  return entity === 'metric' && typeof value === 'string' && value !== 'NaN' ? Number(value) : value;
}
