/** Experiments and their tags in SQLite. */
import type { StoredExperiment, TrackingStore } from '../../domain/tracking/ports.ts';
import type { Row, SqlValue } from './connection.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';
import { type Column, json, plain, Table } from './table.ts';

type ExperimentChange = Parameters<TrackingStore['updateExperiment']>[1];
type ExperimentsQuery = Parameters<TrackingStore['experiments']>[0];

const numberColumn: Column<string> = { name: 'id', encode: experimentNumber, decode: (value) => String(value) };

const columns = {
  projectId: plain<string>('project_id'),
  name: plain<string>('name'),
  createdAt: plain<number>('created_at'),
  updatedAt: plain<number>('updated_at'),
  deletedAt: plain<number | null>('deleted_at'),
};
/** Inserting leaves the number to the database. */
const written = new Table<Omit<StoredExperiment, 'id' | 'tags'>>('experiments', columns);
const read = new Table<Omit<StoredExperiment, 'tags'>>('experiments', { id: numberColumn, ...columns });
const tagsColumn = json<Readonly<Record<string, string>>>('tags');

const select = `SELECT ${read.select}, (SELECT json_group_object(key, value) FROM experiment_tags
  WHERE experiment_id = experiments.id) AS tags`;
const runs = '(SELECT count(*) FROM runs WHERE experiment_id = experiments.id AND deleted_at IS NULL) AS runs';

const sql = {
  byId: `${select} FROM experiments WHERE id = ?`,
  byName: `${select} FROM experiments WHERE name = ? ORDER BY deleted_at IS NOT NULL, deleted_at DESC LIMIT 1`,
  setTag: `INSERT INTO experiment_tags (experiment_id, key, value) VALUES (?, ?, ?)
    ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value`,
  removeTag: 'DELETE FROM experiment_tags WHERE experiment_id = ? AND key = ?',
} as const;

const views = { active: 'deleted_at IS NULL', deleted: 'deleted_at IS NOT NULL', all: 'TRUE' } as const;

function toExperiment(row: Row): StoredExperiment {
  return { ...read.read(row), tags: tagsColumn.decode(row.tags) };
}

export function experiment(session: Session, id: string): StoredExperiment | null {
  const row = session.get<Row>(sql.byId, experimentNumber(id));
  return row ? toExperiment(row) : null;
}

export function experimentByName(session: Session, name: string): StoredExperiment | null {
  const row = session.get<Row>(sql.byName, name);
  return row ? toExperiment(row) : null;
}

export function experiments(
  session: Session,
  query: ExperimentsQuery,
): readonly (StoredExperiment & { readonly runs: number })[] {
  const inProjects = query.projectIds ? 'AND project_id IN (SELECT value FROM json_each(?))' : '';
  const values: SqlValue[] = query.projectIds ? [JSON.stringify(query.projectIds)] : [];
  const rows = session.all<Row & { readonly runs: number }>(
    `${select}, ${runs} FROM experiments WHERE ${views[query.view]} ${inProjects} ORDER BY updated_at DESC, id DESC`,
    ...values,
  );
  return rows.map((row) => ({ ...toExperiment(row), runs: row.runs }));
}

export function insertExperiment(session: Session, { tags, ...record }: Omit<StoredExperiment, 'id'>): string {
  const number = written.insert(session, record);
  setTags(session, number, tags);
  return String(number);
}

export function updateExperiment(session: Session, id: string, asked: ExperimentChange): void {
  const { setTags: tags, removeTags = [], ...change } = asked;
  const number = experimentNumber(id);
  written.update(session, change, { column: 'id', is: number });
  if (tags) setTags(session, number, tags);
  for (const key of removeTags) session.run(sql.removeTag, number, key);
}

function setTags(session: Session, number: number, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) session.run(sql.setTag, number, key, value);
}
