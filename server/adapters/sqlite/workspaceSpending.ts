/** What workspaces cost in each of some periods: the times that they ran, by their part of each period. */
import type { CostDimension } from '../../../protocol/model/cost.ts';
import type { SpendingQuery, SpentIn } from '../../domain/costs/ports.ts';
import type { Session } from './session.ts';

type Named = { readonly key: string; readonly name: string; readonly join?: string };

/** A workspace is no run: it has no experiment and no command. */
const dimensions: Partial<Readonly<Record<CostDimension, Named>>> = {
  project: {
    key: 'ran.project_id',
    name: 'projects.name',
    join: 'JOIN projects ON projects.id = ran.project_id',
  },
  person: { key: 'ran.owner_id', name: 'users.name', join: 'JOIN users ON users.id = ran.owner_id' },
  tier: { key: 'ran.tier_id', name: 'ran.tier_id' },
};

const perHour = 3_600_000;

function sqlOf({ key, name, join = '' }: Named): string {
  return `
  WITH period (number, start, stop) AS MATERIALIZED (
      SELECT key, value, lead(value) OVER (ORDER BY key) FROM json_each(?1)
    ),
    ran AS (
      SELECT *, coalesce(ended_at, ?2) AS ended FROM workspace_sessions
      WHERE (ended_at > (SELECT min(start) FROM period) OR ended_at IS NULL)
        AND (?3 IS NULL OR project_id IN (SELECT value FROM json_each(?3)))
    )
  SELECT ${key} AS key, max(${name}) AS name, period.number AS period, 0 AS runs,
    sum(ran.price_per_hour * (min(ran.ended, period.stop) - max(ran.started_at, period.start))) / ${perHour} AS cost,
    sum(min(ran.ended, period.stop) - max(ran.started_at, period.start)) / ${perHour}.0 AS hours
  FROM ran CROSS JOIN period ON period.stop > ran.started_at AND period.start < ran.ended
    ${join}
  GROUP BY 1, 3`;
}

/** With the rows of runs, one row a spender and period. */
export function withWorkspaces(
  session: Session,
  { edges, by, projectIds, now }: SpendingQuery,
  ofRuns: readonly SpentIn[],
): readonly SpentIn[] {
  const named = dimensions[by];
  if (named === undefined) return ofRuns;
  const projects = projectIds === null ? null : JSON.stringify(projectIds);
  const ofWorkspaces = session.all<SpentIn>(sqlOf(named), JSON.stringify(edges), now, projects);
  const rows = new Map(ofRuns.map((row) => [`${row.period} ${row.key}`, row]));
  for (const row of ofWorkspaces) {
    const { cost, hours, runs } = rows.get(`${row.period} ${row.key}`) ?? { cost: 0, hours: 0, runs: 0 };
    rows.set(`${row.period} ${row.key}`, { ...row, cost: row.cost + cost, hours: row.hours + hours, runs });
  }
  return [...rows.values()];
}
