/** Versions of registered models in SQLite. A deleted one is a row that nothing finds. */
import type { ModelVersionRecord, RegistryQuery, StoredModelVersion, Texts } from '../../domain/models/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Row } from './connection.ts';
import { type EntityShape, orderingSql } from './entitySearch.ts';
import { registeredNumber, registryWhere } from './registeredModelRows.ts';
import { Bindings } from './runExpressions.ts';
import type { Session } from './session.ts';
import { json, plain, Table } from './table.ts';

/** The name is the model's. */
const table = new Table<Omit<StoredModelVersion, 'name'> & { readonly model: number }>('model_versions', {
  model: plain('model'),
  version: plain('version'),
  description: plain('description'),
  stage: plain('stage'),
  source: plain('source'),
  location: plain('location'),
  runId: plain('run_id'),
  runLink: plain('run_link'),
  modelId: plain('model_id'),
  createdById: plain('created_by_id'),
  createdByName: plain('created_by_name'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
});

const tagsColumn = json<Texts>('tags');
const aliasesColumn = json<readonly string[]>('aliases');

const select = `SELECT ${table.select}, registered_models.name,
  runs.name AS runName, runs.experiment_id AS runExperiment, runs.project_id AS runProject,
  (SELECT json_group_object(key, value) FROM model_version_tags WHERE version = model_versions.number) AS tags,
  (SELECT json_group_array(alias) FROM model_aliases AS a
    WHERE a.model = model_versions.model AND a.version = model_versions.version) AS aliases
  FROM model_versions JOIN registered_models ON registered_models.number = model_versions.model
  LEFT JOIN runs ON runs.id = model_versions.run_id
  WHERE model_versions.deleted_at IS NULL`;

const sql = {
  one: `${select} AND registered_models.name = ? AND model_versions.version = ?`,
  number: `SELECT v.number FROM model_versions AS v JOIN registered_models AS r ON r.number = v.model
    WHERE r.name = ? AND v.version = ? AND v.deleted_at IS NULL`,
  newest: 'SELECT max(version) AS newest FROM model_versions WHERE model = ?',
  delete: `UPDATE model_versions SET deleted_at = ?, source = '', location = '', run_link = '', description = '',
    run_id = '', model_id = '' WHERE number = ?`,
  archive: `UPDATE model_versions SET stage = 'Archived', updated_at = ? WHERE stage = ? AND deleted_at IS NULL
    AND model = (SELECT number FROM registered_models WHERE name = ?)`,
  deleteTags: 'DELETE FROM model_version_tags WHERE version = ?',
  deleteAliases: `DELETE FROM model_aliases WHERE version = ?
    AND model = (SELECT number FROM registered_models WHERE name = ?)`,
  setTag: `INSERT INTO model_version_tags (version, key, value) VALUES (?, ?, ?)
    ON CONFLICT (version, key) DO UPDATE SET value = excluded.value`,
  deleteTag: 'DELETE FROM model_version_tags WHERE version = ? AND key = ?',
  latest: `${select} AND model_versions.number IN (SELECT max(v.number) FROM json_each(?) AS wanted
    CROSS JOIN registered_models AS r ON r.name = wanted.value CROSS JOIN model_versions AS v ON v.model = r.number
    WHERE v.deleted_at IS NULL GROUP BY v.model, v.stage) ORDER BY registered_models.name, model_versions.version`,
} as const;

const shape: EntityShape = {
  attributes: {
    name: 'registered_models.name',
    version_number: 'model_versions.version',
    run_id: 'model_versions.run_id',
    source_path: 'model_versions.source',
    creation_timestamp: 'model_versions.created_at',
    last_updated_timestamp: 'model_versions.updated_at',
  },
  texts: { tag: { table: 'model_version_tags', of: 't.version = model_versions.number' } },
};

const inOrder = 'registered_models.name, model_versions.version DESC';
const lastChanged = 'model_versions.updated_at DESC';

export type OfVersion = { readonly name: string; readonly version: number };

export function modelVersion(session: Session, { name, version }: OfVersion): ModelVersionRecord | null {
  const row = session.get<Row>(sql.one, name, version);
  return row ? toVersion(row) : null;
}

export function searchVersions(session: Session, query: RegistryQuery): readonly ModelVersionRecord[] {
  const bindings = new Bindings();
  const where = registryWhere(query, shape, bindings);
  const asked = query.orderBy.map((item) => orderingSql(shape, item, bindings));
  const order = [...(asked.length === 0 ? [lastChanged] : asked), inOrder];
  const range = `LIMIT ${bindings.bind(query.limit)} OFFSET ${bindings.bind(query.offset)}`;
  const text = `${select} AND ${where} ORDER BY ${order.join(', ')} ${range}`;
  return session.query<Row>(text, bindings.values).map(toVersion);
}

export function latestVersions(session: Session, names: readonly string[]): readonly ModelVersionRecord[] {
  return session.all<Row>(sql.latest, JSON.stringify(names)).map(toVersion);
}

export function insertVersion(session: Session, { name, ...fields }: Omit<StoredModelVersion, 'version'>): number {
  const model = registeredNumber(session, name);
  const version = (session.get<{ newest: number | null }>(sql.newest, model)?.newest ?? 0) + 1;
  table.insert(session, { ...fields, model, version });
  return version;
}

export function updateVersion(session: Session, of: OfVersion, change: Partial<StoredModelVersion>): void {
  table.update(session, change, { column: 'number', is: versionNumber(session, of) });
}

export function archiveStage(session: Session, name: string, [stage, at]: readonly [string, number]): void {
  session.run(sql.archive, at, stage, name);
}

export function deleteVersion(session: Session, of: OfVersion, at: number): void {
  const number = versionNumber(session, of);
  session.run(sql.deleteTags, number);
  session.run(sql.deleteAliases, of.version, of.name);
  session.run(sql.delete, at, number);
}

export function setVersionTag(session: Session, of: OfVersion, [key, value]: readonly [string, string]): void {
  session.run(sql.setTag, versionNumber(session, of), key, value);
}

export function deleteVersionTag(session: Session, of: OfVersion, key: string): void {
  session.run(sql.deleteTag, versionNumber(session, of), key);
}

function versionNumber(session: Session, { name, version }: OfVersion): number {
  const number = session.get<{ number: number }>(sql.number, name, version)?.number;
  if (number !== undefined) return number;
  throw new DomainError('not-found', `Model Version (name=${name}, version=${version}) not found`, {
    field: 'version',
  });
}

function toVersion(row: Row): ModelVersionRecord {
  const { model: _model, ...version } = table.read(row);
  return {
    ...version,
    name: String(row.name),
    tags: tagsColumn.decode(row.tags),
    aliases: aliasesColumn.decode(row.aliases),
    run: runOf(row),
  };
}

function runOf({ runName, runExperiment, runProject }: Row): ModelVersionRecord['run'] {
  if (runProject === null) return null;
  return { name: String(runName), experimentId: String(runExperiment), projectId: String(runProject) };
}
