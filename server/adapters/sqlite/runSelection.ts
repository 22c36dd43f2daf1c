/** The runs of a selection as the FROM and WHERE of a statement, from where a drive begins. */
import { columnId } from '../../domain/shared/columnId.ts';
import type { Column, Comparison, RunSelection } from '../../domain/tracking/ports.ts';
import { findName } from './names.ts';
import { RunColumns } from './runColumns.ts';
import { type Drive, isRange } from './runDrive.ts';
import { Bindings, comparisonSql } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';

const views = { active: 'runs.deleted_at IS NULL', deleted: 'runs.deleted_at IS NOT NULL', all: 'TRUE' } as const;

/** Whether nothing can match: no experiments, or a key that nobody ever used. */
export function isEmptySelection(session: Session, { experimentIds, where }: RunSelection): boolean {
  const isUnknown = ({ column, operator }: Comparison) =>
    column.entity !== 'attribute' && operator !== 'IS NULL' && findName(session, column.key) === null;
  return experimentIds.length === 0 || where.some(isUnknown);
}

export class SelectedRuns {
  readonly bindings = new Bindings();
  readonly columns: RunColumns;
  readonly #from: string;
  readonly #where: string[] = [];

  constructor(session: Session, selection: RunSelection, drive: Drive) {
    this.columns = new RunColumns(session, this.bindings);
    this.#from = this.#begin(drive);
    const driven = this.#driven(drive, selection.where);
    this.#within(selection);
    const others = selection.where.filter((comparison) => !driven.includes(comparison));
    for (const ofColumn of byColumn(others)) {
      const [first] = ofColumn;
      if (first !== undefined) this.#where.push(this.columns.holds(first.column, ofColumn));
    }
    for (const { column, value } of selection.inGroup ?? []) {
      this.#where.push(`${this.columns.join(column).cell} IS ${this.bindings.bind(toStored(column, value))}`);
    }
  }

  /** A further condition. */
  add(condition: string): void {
    this.#where.push(condition);
  }

  /** From FROM on. */
  body(): string {
    return `FROM ${this.#from} ${this.columns.joins.join(' ')} WHERE ${this.#where.join(' AND ')}`;
  }

  #begin(drive: Drive): string {
    if (drive.kind === 'runs') return 'runs';
    const { table, index, field } = drive.by;
    const column = drive.kind === 'order' ? drive.column : drive.comparison.column;
    this.#where.push(`first.name = ${this.bindings.bind(this.columns.name(column))}`);
    if (drive.kind === 'order') this.#where.push(`first.${field} IS NOT NULL`);
    return `${table} AS first INDEXED BY ${index} CROSS JOIN runs ON runs.number = first.run`;
  }

  /** Narrows the index that is walked; answers the comparisons that this settles. */
  #driven(drive: Drive, where: readonly Comparison[]): readonly Comparison[] {
    if (drive.kind === 'runs') return [];
    const driven = drive.kind === 'order' ? where.filter(isRangeOf(drive.column)) : [drive.comparison];
    const operand = `first.${drive.by.field}`;
    for (const comparison of driven) this.#where.push(comparisonSql(operand, comparison, this.bindings));
    return driven;
  }

  #within({ experimentIds, view }: RunSelection): void {
    const [only, ...others] = [...new Set(experimentIds.map(experimentNumber))];
    const list = others.length > 0 ? `IN ${this.bindings.bindList([only ?? -1, ...others])}` : null;
    this.#where.push(`runs.experiment_id ${list ?? `= ${this.bindings.bind(only ?? -1)}`}`, views[view]);
  }
}

function isRangeOf(column: Column): (comparison: Comparison) => boolean {
  return (comparison) => isRange(comparison) && columnId(comparison.column) === columnId(column);
}

function byColumn(where: readonly Comparison[]): Iterable<readonly Comparison[]> {
  return Map.groupBy(where, ({ column }) => columnId(column)).values();
}

/** The infinite numbers of metrics travel as words, and lie as numbers. */
function toStored({ entity }: Column, value: string | number | null): string | number | null {
  return entity === 'metric' && typeof value === 'string' && value !== 'NaN' ? Number(value) : value;
}
