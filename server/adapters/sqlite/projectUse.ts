/** What a project's runs came to and what they used. Passes over all of them, so it runs in a reading thread. */
import type { MetricEnds, ProjectUse, UseQuery } from '../../domain/projects/ports.ts';
import type { Session } from './session.ts';

const sql = {
  experiments: `SELECT experiments.id, experiments.name FROM experiments
    JOIN (SELECT experiment_id, max(created_at) AS newest FROM runs WHERE project_id = ?1 AND deleted_at IS NULL
      GROUP BY experiment_id) AS ran ON ran.experiment_id = experiments.id
    WHERE experiments.project_id = ?1 AND experiments.deleted_at IS NULL ORDER BY ran.newest DESC LIMIT ?2`,
  ends: `SELECT names.text AS metric, count(*) AS runs, min(series.low) AS low, max(series.high) AS high
    FROM runs JOIN series ON series.run = runs.number JOIN names ON names.id = series.name
    WHERE runs.experiment_id = ? AND runs.deleted_at IS NULL AND series.low IS NOT NULL GROUP BY names.id`,
  environments: `SELECT environment_id AS environmentId, coalesce(environments.name, environment_id) AS name,
      environment_revision AS revision, count(*) AS runs, max(runs.created_at) AS lastUsedAt
    FROM runs JOIN launches ON launches.run = runs.number LEFT JOIN environments ON environments.id = environment_id
    WHERE runs.project_id = ? AND runs.deleted_at IS NULL GROUP BY 1, 3 ORDER BY lastUsedAt DESC LIMIT ?`,
  datasets: `SELECT datasets.name, datasets.digest, run_datasets.context, count(*) AS runs, max(runs.created_at) AS lastUsedAt
    FROM runs JOIN run_datasets ON run_datasets.run = runs.number JOIN datasets ON datasets.number = run_datasets.dataset
    WHERE runs.project_id = ? AND runs.deleted_at IS NULL GROUP BY 1, 2, 3 ORDER BY lastUsedAt DESC LIMIT ?`,
} as const;

type Experiment = { readonly id: number; readonly name: string };
type Ends = Omit<MetricEnds, 'experimentId' | 'experiment'>;

export function projectUse(session: Session, { projectId, experiments, limit }: UseQuery): ProjectUse {
  const newest = session.all<Experiment>(sql.experiments, projectId, experiments);
  return {
    metrics: newest.flatMap((experiment) => metricEnds(session, experiment)),
    environments: session.all(sql.environments, projectId, limit),
    datasets: session.all(sql.datasets, projectId, limit),
  };
}

function metricEnds(session: Session, experiment: Experiment): readonly MetricEnds[] {
  const { id, name } = experiment;
  const ends = session.all<Ends>(sql.ends, id);
  return ends.map((metric) => ({ ...metric, experimentId: String(id), experiment: name }));
}
