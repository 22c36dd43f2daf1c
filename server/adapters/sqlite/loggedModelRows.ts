/** Logged models in SQLite: what they are, and the metrics that runs logged of them. */
import type {
  LoggedModel,
  LoggedModelQuery,
  ModelMetric,
  ModelPoint,
  StoredLoggedModel,
  Texts,
} from '../../domain/models/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Row } from './connection.ts';
import { runNumber } from './names.ts';
import { Bindings } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';
import { searchClauses } from './searchLoggedModels.ts';
import type { Session } from './session.ts';
import { type Column, json, plain, Table } from './table.ts';

const experimentColumn: Column<string> = {
  name: 'experiment_id',
  encode: experimentNumber,
  decode: (value) => String(value),
};

const table = new Table<StoredLoggedModel>('logged_models', {
  id: plain('id'),
  experimentId: experimentColumn,
  name: plain('name'),
  modelType: plain('model_type'),
  sourceRunId: plain('source_run_id'),
  status: plain('status'),
  createdById: plain('created_by_id'),
  createdByName: plain('created_by_name'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
  deletedAt: plain('deleted_at'),
});

const derived = {
  tags: json<Texts>('tags'),
  parameters: json<Texts>('parameters'),
  registrations: json<LoggedModel['registrations']>('registrations'),
};

/** Registrations in another project are not told: who sees the model need not see those. */
const select = `SELECT ${table.select}, experiments.project_id AS projectId,
  (SELECT json_group_object(key, value) FROM logged_model_tags WHERE model = logged_models.number) AS tags,
  (SELECT json_group_object(key, value) FROM logged_model_parameters WHERE model = logged_models.number) AS parameters,
  (SELECT json_group_array(json_object('name', r.name, 'version', v.version)) FROM model_versions AS v
    JOIN registered_models AS r ON r.number = v.model AND r.project_id = experiments.project_id
    WHERE v.model_id = logged_models.id AND v.deleted_at IS NULL) AS registrations
  FROM logged_models JOIN experiments ON experiments.id = logged_models.experiment_id`;

const sql = {
  one: `${select} WHERE logged_models.id = ?`,
  number: 'SELECT number FROM logged_models WHERE id = ?',
  setTag: `INSERT INTO logged_model_tags (model, key, value) VALUES (?, ?, ?)
    ON CONFLICT (model, key) DO UPDATE SET value = excluded.value`,
  deleteTag: 'DELETE FROM logged_model_tags WHERE model = ? AND key = ?',
  parameter: 'SELECT value FROM logged_model_parameters WHERE model = ? AND key = ?',
  insertParameter: 'INSERT INTO logged_model_parameters (model, key, value) VALUES (?, ?, ?)',
  metrics: `SELECT m.id AS model, v.key, runs.id AS runId, v.dataset_name AS datasetName,
    v.dataset_digest AS datasetDigest, v.value, v.step, v.timestamp
    FROM json_each(?) AS wanted CROSS JOIN logged_models AS m ON m.id = wanted.value
    CROSS JOIN logged_model_metrics AS v ON v.model = m.number CROSS JOIN runs ON runs.number = v.run`,
  // Kept is the greater by (step, timestamp, value); NaN, which is NULL, is above all numbers.
  logMetric: `INSERT INTO logged_model_metrics AS kept
    (model, key, run, dataset_name, dataset_digest, value, step, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (model, key, run, dataset_name, dataset_digest) DO UPDATE
    SET value = excluded.value, step = excluded.step, timestamp = excluded.timestamp
    WHERE (excluded.step, excluded.timestamp) > (kept.step, kept.timestamp)
      OR ((excluded.step, excluded.timestamp) = (kept.step, kept.timestamp)
        AND kept.value IS NOT NULL AND (excluded.value IS NULL OR excluded.value > kept.value))`,
} as const;

export function modelNumber(session: Session, id: string): number {
  const number = session.get<{ number: number }>(sql.number, id)?.number;
  if (number !== undefined) return number;
  throw new DomainError('not-found', `Logged model with ID '${id}' not found.`, { field: 'model_id' });
}

export function loggedModel(session: Session, id: string): LoggedModel | null {
  const row = session.get<Row>(sql.one, id);
  return row ? (withMetrics(session, [row])[0] ?? null) : null;
}

export function searchModels(session: Session, query: LoggedModelQuery): readonly LoggedModel[] {
  const bindings = new Bindings();
  const { where, order } = searchClauses(query, bindings);
  const range = `LIMIT ${bindings.bind(query.limit)} OFFSET ${bindings.bind(query.offset)}`;
  return withMetrics(
    session,
    session.query<Row>(`${select} WHERE ${where} ORDER BY ${order} ${range}`, bindings.values),
  );
}

export function insertModel(session: Session, model: StoredLoggedModel): void {
  table.insert(session, model);
}

export function updateModel(session: Session, id: string, change: Partial<StoredLoggedModel>): void {
  table.update(session, change, { column: 'id', is: id });
}

export function setTags(session: Session, id: string, tags: Texts): void {
  const model = modelNumber(session, id);
  for (const [key, value] of Object.entries(tags)) session.run(sql.setTag, model, key, value);
}

export function deleteTag(session: Session, id: string, key: string): boolean {
  return session.run(sql.deleteTag, modelNumber(session, id), key) > 0;
}

export function logParameters(
  session: Session,
  id: string,
  parameters: Texts,
): { readonly key: string; readonly existing: string } | null {
  const model = modelNumber(session, id);
  const missing: [string, string][] = [];
  for (const [key, value] of Object.entries(parameters)) {
    const existing = session.get<{ value: string }>(sql.parameter, model, key)?.value;
    if (existing === undefined) missing.push([key, value]);
    else if (existing !== value) return { key, existing };
  }
  for (const [key, value] of missing) session.run(sql.insertParameter, model, key, value);
  return null;
}

export function logMetrics(session: Session, runId: string, points: readonly ModelPoint[]): void {
  const run = runNumber(session, runId);
  for (const { modelId, key, datasetName, datasetDigest, value, step, timestamp } of points) {
    const kept = Number.isNaN(value) ? null : value;
    const model = modelNumber(session, modelId);
    session.run(sql.logMetric, model, key, run, datasetName, datasetDigest, kept, step, timestamp);
  }
}

type MetricRow = Omit<ModelMetric, 'value'> & { readonly model: string; readonly value: number | null };

/** Two statements for any number of models. */
function withMetrics(session: Session, rows: readonly Row[]): readonly LoggedModel[] {
  const wanted = JSON.stringify(rows.map(({ id }) => id));
  const metrics = Map.groupBy(session.all<MetricRow>(sql.metrics, wanted), ({ model }) => model);
  return rows.map((row) => {
    const model = table.read(row);
    return {
      ...model,
      projectId: String(row.projectId),
      tags: derived.tags.decode(row.tags),
      parameters: derived.parameters.decode(row.parameters),
      registrations: derived.registrations.decode(row.registrations),
      metrics: (metrics.get(model.id) ?? []).map(toMetric),
    };
  });
}

function toMetric({ model: _model, value, ...metric }: MetricRow): ModelMetric {
  return { ...metric, value: value ?? Number.NaN };
}
