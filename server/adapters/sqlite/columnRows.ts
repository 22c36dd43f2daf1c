/** Which columns the runs of experiments have, and which values stand in one, for choosing and completion. */
import type { Column, ColumnKeys } from '../../domain/tracking/ports.ts';
import { datasetSource } from './datasetExpressions.ts';
import { findName } from './names.ts';
import { isKeyed, tables } from './runColumns.ts';
import { attributeSql, Bindings } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';

/** Asks for each known key whether one run has it: keys are few where values are many. */
function keysSql(table: 'series' | 'parameters' | 'tags'): string {
  return `SELECT text FROM names WHERE EXISTS (SELECT 1 FROM ${table} AS t CROSS JOIN runs ON runs.number = t.run
    WHERE t.name = names.id AND runs.deleted_at IS NULL AND runs.experiment_id IN (SELECT value FROM json_each(?)))
    ORDER BY text`;
}

const sql = { metrics: keysSql('series'), parameters: keysSql('parameters'), tags: keysSql('tags') } as const;

export function columns(session: Session, experimentIds: readonly string[]): ColumnKeys {
  const ids = JSON.stringify(experimentIds.map(experimentNumber));
  const keys = (text: string) => session.all<{ text: string }>(text, ids).map((row) => row.text);
  return { metrics: keys(sql.metrics), parameters: keys(sql.parameters), tags: keys(sql.tags) };
}

type DistinctQuery = { readonly experimentIds: readonly string[]; readonly column: Column; readonly limit: number };

/** Most frequent first. */
export function distinctValues(session: Session, { experimentIds, column, limit }: DistinctQuery): readonly string[] {
  const bindings = new Bindings();
  const source = valueSource(session, column, bindings);
  if (source === null) return [];
  const rows = session.query<{ value: string | number }>(
    `SELECT ${source.value} AS value FROM runs ${source.join}
      WHERE runs.deleted_at IS NULL AND runs.experiment_id IN ${bindings.bindList(experimentIds.map(experimentNumber))}
        AND ${source.value} IS NOT NULL
      GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${bindings.bind(limit)}`,
    bindings.values,
  );
  return rows.map((row) => String(row.value));
}

type Source = { readonly value: string; readonly join: string };

function valueSource(session: Session, column: Column, bindings: Bindings): Source | null {
  if (column.entity === 'attribute') return { value: attributeSql(column, bindings), join: '' };
  if (column.entity === 'dataset') return datasetSource(column.key);
  if (!isKeyed(column)) return null;
  const name = findName(session, column.key);
  if (name === null) return null;
  const table = tables[column.entity];
  return { value: 't.value', join: `JOIN ${table} AS t ON t.run = runs.number AND t.name = ${bindings.bind(name)}` };
}
