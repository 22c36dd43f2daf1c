/**
 * What launched runs and workspaces cost in each of some periods. A run's time counts in
 * every period that it ran in, by its part of it; deleted runs were paid for
 * too.
 */
import type { CostDimension } from '../../../protocol/model/cost.ts';
import type { SpendingQuery, SpentIn } from '../../domain/costs/ports.ts';
import type { Session } from './session.ts';
import { withWorkspaces } from './workspaceSpending.ts';

type Named = { readonly key: string; readonly name: string; readonly join?: string };

const dimensions: Readonly<Record<CostDimension, Named>> = {
  project: { key: 'runs.project_id', name: 'projects.name', join: 'JOIN projects ON projects.id = runs.project_id' },
  person: { key: 'runs.created_by_id', name: 'runs.created_by_name' },
  tier: { key: 'launches.tier_id', name: 'launches.tier_id' },
  experiment: {
    key: 'CAST(runs.experiment_id AS TEXT)',
    name: 'experiments.name',
    join: 'JOIN experiments ON experiments.id = runs.experiment_id',
  },
  command: { key: 'launches.command', name: 'launches.command' },
  run: { key: 'runs.id', name: 'runs.name' },
};

const perHour = 3_600_000;

/** Both ways into the runs of a range read one index: what ended in it, and what has not ended. */
function sqlOf({ key, name, join = '' }: Named): string {
  return `
  WITH period (number, start, stop) AS MATERIALIZED (
      SELECT key, value, lead(value) OVER (ORDER BY key) FROM json_each(?1)
    ),
    span (start, stop) AS MATERIALIZED (SELECT min(start), max(stop) FROM period),
    ran (number, started, ended) AS (
      SELECT number, started_at, ended_at FROM runs
      WHERE launched = 1 AND started_at IS NOT NULL AND ended_at > (SELECT start FROM span)
      UNION ALL
      SELECT number, started_at, ?2 FROM runs
      WHERE launched = 1 AND started_at IS NOT NULL AND ended_at IS NULL AND ?2 > (SELECT start FROM span)
    )
  SELECT ${key} AS key, max(${name}) AS name, period.number AS period,
    sum(launches.price_per_hour * (min(ran.ended, period.stop) - max(ran.started, period.start))) / ${perHour} AS cost,
    sum(min(ran.ended, period.stop) - max(ran.started, period.start)) / ${perHour}.0 AS hours,
    sum(ran.started >= period.start OR period.number = 0) AS runs
  FROM ran CROSS JOIN runs ON runs.number = ran.number
    CROSS JOIN launches ON launches.run = ran.number
    ${join}
    CROSS JOIN period ON period.stop > ran.started AND period.start < ran.ended
  WHERE ran.started < ran.ended AND ran.started < (SELECT stop FROM span) AND (?3 IS NULL OR runs.project_id IN (SELECT value FROM json_each(?3)))
  GROUP BY 1, 3`;
}

export function spending(session: Session, query: SpendingQuery): readonly SpentIn[] {
  const { edges, by, projectIds, now } = query;
  const projects = projectIds === null ? null : JSON.stringify(projectIds);
  const ofRuns = session.all<SpentIn>(sqlOf(dimensions[by]), JSON.stringify(edges), now, projects);
  return withWorkspaces(session, query, ofRuns);
}
