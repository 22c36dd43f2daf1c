/** Registered models in SQLite, with their tags and aliases. */
import {
  promptTag,
  type RegisteredModelRecord,
  type RegistryQuery,
  type StoredRegisteredModel,
  type Texts,
} from '../../domain/models/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Row } from './connection.ts';
import { conditionSql, type EntityShape, orderingSql } from './entitySearch.ts';
import { Bindings } from './runExpressions.ts';
import type { Session } from './session.ts';
import { flag, json, plain, Table } from './table.ts';

const table = new Table<StoredRegisteredModel>('registered_models', {
  name: plain('name'),
  projectId: plain('project_id'),
  settled: flag('settled'),
  description: plain('description'),
  createdById: plain('created_by_id'),
  createdByName: plain('created_by_name'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
});

const tagsColumn = json<Texts>('tags');
const aliasesColumn = json<Readonly<Record<string, number>>>('aliases');

const select = `SELECT ${table.select},
  (SELECT json_group_object(key, value) FROM registered_model_tags WHERE model = registered_models.number) AS tags,
  (SELECT json_group_object(alias, version) FROM model_aliases WHERE model = registered_models.number) AS aliases,
  (SELECT count(*) FROM model_versions WHERE model = registered_models.number AND deleted_at IS NULL) AS versions,
  (SELECT max(version) FROM model_versions WHERE model = registered_models.number AND deleted_at IS NULL) AS latest
  FROM registered_models`;

const sql = {
  one: `${select} WHERE name = ?`,
  number: 'SELECT number FROM registered_models WHERE name = ?',
  delete: 'DELETE FROM registered_models WHERE name = ?',
  setTag: `INSERT INTO registered_model_tags (model, key, value) VALUES (?, ?, ?)
    ON CONFLICT (model, key) DO UPDATE SET value = excluded.value`,
  deleteTag: 'DELETE FROM registered_model_tags WHERE model = ? AND key = ?',
  setAlias: `INSERT INTO model_aliases (model, alias, version) VALUES (?, ?, ?)
    ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version`,
  deleteAlias: 'DELETE FROM model_aliases WHERE model = ? AND alias = ?',
} as const;

const shape: EntityShape = {
  attributes: {
    name: 'registered_models.name',
    creation_timestamp: 'registered_models.created_at',
    last_updated_timestamp: 'registered_models.updated_at',
  },
  texts: { tag: { table: 'registered_model_tags', of: 't.model = registered_models.number' } },
};

const isPrompt = `EXISTS (SELECT 1 FROM registered_model_tags AS t WHERE t.model = registered_models.number
  AND t.key = '${promptTag}' AND t.value = 'true')`;

/** What every search of the registry asks: the projects, the filter, and whether prompts are among it. */
export function registryWhere(query: RegistryQuery, of: EntityShape, bindings: Bindings): string {
  const conditions = query.where.map((comparison) => conditionSql(of, comparison, bindings));
  if (query.projectIds !== null) {
    conditions.push(`registered_models.project_id IN ${bindings.bindList(query.projectIds)}`);
  }
  if (query.prompts === 'hidden') conditions.push(`NOT ${isPrompt}`);
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

export function registeredModel(session: Session, name: string): RegisteredModelRecord | null {
  const row = session.get<Row>(sql.one, name);
  return row ? toModel(row) : null;
}

export function registeredNumber(session: Session, name: string): number {
  const number = session.get<{ number: number }>(sql.number, name)?.number;
  if (number !== undefined) return number;
  throw new DomainError('not-found', `Registered Model with name=${name} not found`, { field: 'name' });
}

export function searchRegistered(session: Session, query: RegistryQuery): readonly RegisteredModelRecord[] {
  const bindings = new Bindings();
  const where = registryWhere(query, shape, bindings);
  const order = [...query.orderBy.map((item) => orderingSql(shape, item, bindings)), 'registered_models.name'];
  const range = `LIMIT ${bindings.bind(query.limit)} OFFSET ${bindings.bind(query.offset)}`;
  const text = `${select} WHERE ${where} ORDER BY ${order.join(', ')} ${range}`;
  return session.query<Row>(text, bindings.values).map(toModel);
}

export function insertRegistered(session: Session, model: StoredRegisteredModel): void {
  table.insert(session, model);
}

export function updateRegistered(session: Session, name: string, change: Partial<StoredRegisteredModel>): void {
  table.update(session, change, { column: 'name', is: name });
}

export function deleteRegistered(session: Session, name: string): void {
  session.run(sql.delete, name);
}

export function setRegisteredTag(session: Session, name: string, [key, value]: readonly [string, string]): void {
  session.run(sql.setTag, registeredNumber(session, name), key, value);
}

export function deleteRegisteredTag(session: Session, name: string, key: string): void {
  session.run(sql.deleteTag, registeredNumber(session, name), key);
}

export function setAlias(session: Session, name: string, [alias, version]: readonly [string, number]): void {
  session.run(sql.setAlias, registeredNumber(session, name), alias, version);
}

export function deleteAlias(session: Session, name: string, alias: string): void {
  session.run(sql.deleteAlias, registeredNumber(session, name), alias);
}

function toModel(row: Row): RegisteredModelRecord {
  return {
    ...table.read(row),
    tags: tagsColumn.decode(row.tags),
    aliases: aliasesColumn.decode(row.aliases),
    versions: Number(row.versions),
    latestVersion: row.latest === null ? null : Number(row.latest),
  };
}
