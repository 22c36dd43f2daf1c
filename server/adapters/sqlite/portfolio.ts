/** All projects with what tells how they fare, in one statement however many there are. */
import type { PortfolioQuery, PortfolioRow } from '../../domain/projects/ports.ts';
import type { Session } from './session.ts';

/** The runs of all projects are counted in one pass; the last ones of each are found along an index. */
const sql = `
  WITH seen AS MATERIALIZED (
      SELECT * FROM projects WHERE deleted_at IS NULL AND archived <= ?2
        AND (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))
    ),
    counted AS (SELECT project_id, count(*) AS runs FROM runs WHERE deleted_at IS NULL GROUP BY project_id),
    going AS (
      SELECT project_id, count(*) AS active FROM runs INDEXED BY runs_unfinished
      WHERE launched = 1 AND ended_at IS NULL AND deleted_at IS NULL
      GROUP BY project_id
    ),
    held AS (SELECT project_id, count(*) AS open FROM blockers WHERE closed_at IS NULL GROUP BY project_id),
    aimed AS (
      SELECT project_id, count(*) AS goals, sum(progress = 100) AS reached FROM goals WHERE removed = 0
      GROUP BY project_id
    ),
    live AS (
      SELECT project_id, count(*) AS models FROM registered_models m
      WHERE EXISTS (SELECT 1 FROM model_aliases a WHERE a.model = m.number) OR EXISTS (
        SELECT 1 FROM model_versions v WHERE v.model = m.number AND v.stage = 'Production' AND v.deleted_at IS NULL)
      GROUP BY project_id
    )
  SELECT seen.id, seen.name, substr(seen.description, 1, ?4) AS description, seen.stage, seen.tags, seen.owner_id AS ownerId,
    coalesce(users.name, seen.owner_id) AS ownerName, seen.archived, seen.last_activity_at AS lastActivityAt,
    seen.visibility, seen.template, seen.versions, coalesce(held.open, 0) AS openBlockers,
    coalesce(aimed.goals, 0) AS goals, coalesce(aimed.reached, 0) AS goalsReached, coalesce(counted.runs, 0) AS runs,
    coalesce(going.active, 0) AS activeRuns, coalesce(live.models, 0) AS liveModels,
    (SELECT json_group_array(state) FROM (
      SELECT state FROM runs WHERE project_id = seen.id AND deleted_at IS NULL AND ended_at IS NOT NULL
      ORDER BY created_at DESC, runs.id DESC LIMIT ?3)) AS lastStates
  FROM seen LEFT JOIN users ON users.id = seen.owner_id
    LEFT JOIN counted ON counted.project_id = seen.id LEFT JOIN going ON going.project_id = seen.id
    LEFT JOIN held ON held.project_id = seen.id LEFT JOIN aimed ON aimed.project_id = seen.id
    LEFT JOIN live ON live.project_id = seen.id
  ORDER BY seen.last_activity_at DESC, seen.id`;

type Raw = Omit<PortfolioRow, 'archived' | 'template' | 'tags' | 'versions' | 'lastStates'> & {
  readonly archived: number;
  readonly template: number;
  readonly tags: string;
  readonly versions: string;
  readonly lastStates: string;
};

export function portfolio(session: Session, query: PortfolioQuery): readonly PortfolioRow[] {
  const ids = query.projectIds === null ? null : JSON.stringify(query.projectIds);
  const rows = session.all<Raw>(sql, ids, query.archived ? 1 : 0, query.lastRuns, query.purposeLength);
  return rows.map((row) => ({
    ...row,
    archived: row.archived === 1,
    template: row.template === 1,
    tags: JSON.parse(row.tags) as string[],
    versions: JSON.parse(row.versions) as PortfolioRow['versions'],
    lastStates: JSON.parse(row.lastStates) as string[],
  }));
}
