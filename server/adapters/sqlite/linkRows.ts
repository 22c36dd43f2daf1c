/** Which datasets and models went into runs and came out of them, in SQLite. */
import {
  type DatasetInput,
  type DatasetSummary,
  datasetContextTag,
  type ModelOutput,
  type NamedOutput,
  type RunLinks,
} from '../../domain/models/ports.ts';
import { modelNumber } from './loggedModelRows.ts';
import { runNumber } from './names.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';

const sql = {
  insertDataset: `INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (experiment_id, name, digest) DO NOTHING`,
  dataset: 'SELECT number FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?',
  linkDataset: `INSERT INTO run_datasets (run, dataset, context, tags) VALUES (?, ?, ?, ?)
    ON CONFLICT (run, dataset) DO UPDATE SET tags = json_patch(tags, excluded.tags),
      context = coalesce(excluded.context, context)`,
  linkModel: `INSERT INTO run_models (run, role, model, step) VALUES (?, ?, ?, ?)
    ON CONFLICT (run, role, model) DO UPDATE SET step = max(step, excluded.step)`,
  datasets: `SELECT runs.id AS run, d.name, d.digest, d.source_type AS sourceType, d.source, d.schema, d.profile, l.tags
    FROM json_each(?) AS wanted CROSS JOIN runs ON runs.id = wanted.value
    CROSS JOIN run_datasets AS l ON l.run = runs.number CROSS JOIN datasets AS d ON d.number = l.dataset
    ORDER BY d.number`,
  models: `SELECT runs.id AS run, l.role, m.id AS modelId, m.name, l.step
    FROM json_each(?) AS wanted CROSS JOIN runs ON runs.id = wanted.value
    CROSS JOIN run_models AS l ON l.run = runs.number CROSS JOIN logged_models AS m ON m.number = l.model
    WHERE m.deleted_at IS NULL ORDER BY l.step, m.number`,
  summaries: `SELECT DISTINCT d.experiment_id AS experimentId, d.name, d.digest, l.context
    FROM json_each(?) AS wanted CROSS JOIN datasets AS d ON d.experiment_id = wanted.value
    CROSS JOIN run_datasets AS l ON l.dataset = d.number CROSS JOIN runs ON runs.number = l.run
    WHERE runs.deleted_at IS NULL ORDER BY d.experiment_id, d.name, d.digest, l.context LIMIT ?`,
} as const;

export function logDatasets(
  session: Session,
  run: { readonly id: string; readonly experimentId: string },
  inputs: readonly DatasetInput[],
): void {
  const [number, experiment] = [runNumber(session, run.id), experimentNumber(run.experimentId)];
  for (const { dataset, tags } of inputs) {
    const { name, digest, sourceType, source, schema, profile } = dataset;
    session.run(sql.insertDataset, experiment, name, digest, sourceType, source, schema, profile);
    const stored = session.get<{ number: number }>(sql.dataset, experiment, name, digest)?.number ?? -1;
    session.run(sql.linkDataset, number, stored, tags[datasetContextTag] ?? null, JSON.stringify(tags));
  }
}

export function logModels(
  session: Session,
  runId: string,
  linked: { readonly role: 'input' | 'output'; readonly models: readonly ModelOutput[] },
): void {
  const run = runNumber(session, runId);
  for (const { modelId, step } of linked.models) {
    session.run(sql.linkModel, run, linked.role, modelNumber(session, modelId), step);
  }
}

type DatasetRow = DatasetInput['dataset'] & { readonly run: string; readonly tags: string };
type ModelRow = NamedOutput & { readonly run: string; readonly role: 'input' | 'output' };

export function links(session: Session, runIds: readonly string[]): ReadonlyMap<string, RunLinks> {
  const wanted = JSON.stringify(runIds);
  const datasets = Map.groupBy(session.all<DatasetRow>(sql.datasets, wanted), ({ run }) => run);
  const models = Map.groupBy(session.all<ModelRow>(sql.models, wanted), ({ run }) => run);
  const linked = new Set([...datasets.keys(), ...models.keys()]);
  return new Map(
    [...linked].map((id) => {
      const ofRole = (role: ModelRow['role']) => (models.get(id) ?? []).filter((row) => row.role === role);
      return [
        id,
        {
          datasets: (datasets.get(id) ?? []).map(toInput),
          modelInputs: ofRole('input').map(({ modelId }) => modelId),
          modelOutputs: ofRole('output').map(({ modelId, name, step }) => ({ modelId, name, step })),
        },
      ];
    }),
  );
}

function toInput({ run: _run, tags, ...dataset }: DatasetRow): DatasetInput {
  return { dataset, tags: JSON.parse(tags) as DatasetInput['tags'] };
}

type SummaryRow = Omit<DatasetSummary, 'experimentId'> & { readonly experimentId: number };

export function datasetSummaries(
  session: Session,
  experimentIds: readonly string[],
  limit: number,
): readonly DatasetSummary[] {
  const wanted = JSON.stringify(experimentIds.map(experimentNumber));
  const rows = session.all<SummaryRow>(sql.summaries, wanted, limit);
  return rows.map((row) => ({ ...row, experimentId: String(row.experimentId) }));
}
