/**
 * Takes a project out of the database for good, with every row that hangs on
 * it. Which rows do is read from the schema, so a table that is added later is
 * not forgotten; one that refers without saying so makes the removal fail as a
 * whole, because foreign keys are enforced.
 */
import type { Session } from './session.ts';

type Edge = { readonly child: string; readonly column: string; readonly parent: string; readonly key: string };
type Rows = { readonly table: string; readonly where: string; readonly value: string };

const declared = `SELECT tables.name AS child, keys."from" AS "column", keys."table" AS parent, keys."to" AS key
  FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table'`;

/** What refers without declaring it: for speed where points are written, or because it came first. */
const undeclared: readonly Edge[] = [
  { child: 'experiments', column: 'project_id', parent: 'projects', key: 'id' },
  { child: 'secrets', column: 'project_id', parent: 'projects', key: 'id' },
  { child: 'follows', column: 'project_id', parent: 'projects', key: 'id' },
  { child: 'firings', column: 'schedule_id', parent: 'schedules', key: 'id' },
  { child: 'segments', column: 'series', parent: 'series', key: 'id' },
  { child: 'tail', column: 'series', parent: 'series', key: 'id' },
];

/** Some of its runs, oldest first. Answers how many; 0 when there are no more. */
export function purgeRuns(session: Session, projectId: string, most: number): number {
  const batch = `number IN (SELECT number FROM runs WHERE project_id = ?1 ORDER BY number LIMIT ${most})`;
  return erase(session, edgesOf(session), { table: 'runs', where: batch, value: projectId });
}

/** The project itself and all else that is left of it, once its runs are gone. */
export function purgeProject(session: Session, projectId: string): void {
  session.run("DELETE FROM tokens WHERE scope ->> '$.projectId' = ?", projectId);
  retireServices(session, projectId);
  erase(session, edgesOf(session), { table: 'projects', where: 'id = ?1', value: projectId });
}

/** Nobody is left who looks after them; what they did stays theirs. */
function retireServices(session: Session, projectId: string): void {
  session.run('DELETE FROM tokens WHERE user_id IN (SELECT id FROM users WHERE project_id = ?)', projectId);
  session.run(
    `UPDATE users SET project_id = NULL, disabled_at = coalesce(disabled_at, round(unixepoch('subsec') * 1000))
      WHERE project_id = ?`,
    projectId,
  );
}

function edgesOf(session: Session): readonly Edge[] {
  return [...session.all<Edge>(declared), ...undeclared];
}

/** What hangs on the rows first. */
function erase(session: Session, edges: readonly Edge[], { table, where, value }: Rows): number {
  for (const { child, column, key } of edges.filter(({ parent }) => parent === table)) {
    erase(session, edges, { table: child, where: `${column} IN (SELECT ${key} FROM ${table} WHERE ${where})`, value });
  }
  return session.run(`DELETE FROM ${table} WHERE ${where}`, value);
}
