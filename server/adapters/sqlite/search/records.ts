/** The text of records as it is searched, read from the server's own tables. */
import type { RecordKind } from '../../../domain/search/ports.ts';
import type { Connection } from '../connection.ts';

export type RecordText = {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly body: string | null;
  readonly owner: string | null;
  readonly at: number | null;
};

const most = 65_536;
const pairs = (table: string, key: string, of: string) =>
  `(SELECT group_concat(${key} || ' = ' || substr(value, 1, 2000), char(10)) FROM ${table} WHERE ${of})`;
const named = (table: string, also: string) =>
  `(SELECT group_concat(n.text || ' = ' || substr(v.value, 1, 2000), char(10)) FROM live.${table} v
    JOIN live.names n ON n.id = v.name WHERE v.run = x.number ${also})`;
const lines = (...parts: string[]) => `substr(concat_ws(char(10), ${parts.join(', ')}), 1, ${most})`;

/** What still stands of a conversation. */
const said = 'SELECT c.text, c.created_at FROM live.comments c WHERE c.thread_id = x.id AND c.deleted_at IS NULL';

/** Each with the row's number, by which a sweep goes on. */
const selects: Readonly<Record<RecordKind, string>> = {
  project: `SELECT row_number() OVER (ORDER BY x.id) AS number, x.id, x.name AS title,
    ${lines('x.id', 'x.description', "(SELECT group_concat(value, ' ') FROM json_each(x.tags))")} AS body,
    x.owner_id AS owner, x.last_activity_at AS at FROM live.projects x`,
  experiment: `SELECT x.id AS number, CAST(x.id AS TEXT) AS id, x.name AS title,
    ${lines(pairs('live.experiment_tags', 'key', "experiment_id = x.id AND key NOT LIKE 'mlflow.%'"))} AS body,
    NULL AS owner, x.updated_at AS at FROM live.experiments x WHERE x.deleted_at IS NULL`,
  run: `SELECT x.number, x.id, x.name AS title,
    ${lines('x.note', 'l.command', named('parameters', ''), named('tags', "AND n.text NOT LIKE 'mlflow.%'"), 'x.id')} AS body,
    x.created_by_id AS owner, coalesce(x.ended_at, x.created_at) AS at
    FROM live.runs x LEFT JOIN live.launches l ON l.run = x.number WHERE x.deleted_at IS NULL`,
  model: `SELECT x.number, x.name AS id, x.name AS title,
    ${lines(
      'x.description',
      pairs('live.registered_model_tags', 'key', 'model = x.number'),
      '(SELECT group_concat(alias, char(10)) FROM live.model_aliases WHERE model = x.number)',
      '(SELECT group_concat(description, char(10)) FROM live.model_versions WHERE model = x.number AND deleted_at IS NULL)',
    )} AS body, x.created_by_id AS owner, x.updated_at AS at FROM live.registered_models x`,
  'logged-model': `SELECT x.number, x.id, x.name AS title,
    ${lines(
      'x.model_type',
      pairs('live.logged_model_parameters', 'key', 'model = x.number'),
      pairs('live.logged_model_tags', 'key', "model = x.number AND key NOT LIKE 'mlflow.%'"),
    )} AS body, x.created_by_id AS owner, x.updated_at AS at FROM live.logged_models x WHERE x.deleted_at IS NULL`,
  environment: `SELECT row_number() OVER (ORDER BY x.id) AS number, x.id, x.name AS title,
    ${lines(
      'x.id',
      'x.description',
      `(SELECT coalesce(r.definition ->> '$.requirements', '') FROM live.revisions r WHERE r.environment_id = x.id
        ORDER BY r.revision DESC LIMIT 1)`,
    )} AS body, NULL AS owner, x.created_at AS at FROM live.environments x`,
  person: `SELECT row_number() OVER (ORDER BY x.id) AS number, x.id, x.name AS title, x.id AS body,
    x.id AS owner, x.created_at AS at FROM live.users x`,
  comment: `SELECT x.number, x.id, coalesce(CASE x.target ->> '$.kind'
      WHEN 'run' THEN (SELECT r.name FROM live.runs r WHERE r.id = x.target ->> '$.runId')
      WHEN 'experiment' THEN (SELECT e.name FROM live.experiments e WHERE e.id = CAST(x.target ->> '$.experimentId' AS INTEGER))
      WHEN 'model' THEN x.target ->> '$.modelName'
      WHEN 'code' THEN x.target ->> '$.path'
      ELSE (SELECT p.name FROM live.projects p WHERE p.id = x.project_id) END, '') AS title,
    ${lines(`(SELECT group_concat(text, char(10)) FROM (${said} ORDER BY c.number))`)} AS body,
    x.author_id AS owner, (SELECT max(created_at) FROM (${said})) AS at
    FROM live.comments x WHERE x.id = x.thread_id AND EXISTS (${said})`,
};

export function recordText(connection: Connection, kind: RecordKind, id: string): RecordText | undefined {
  const sql = `SELECT * FROM (${selects[kind]}) WHERE ${kind === 'experiment' ? 'number = CAST(? AS INTEGER)' : 'id = ?'}`;
  return connection.statement(sql).get(id) as RecordText | undefined;
}

export function someRecords(
  connection: Connection,
  kind: RecordKind,
  { after, limit }: { readonly after: number; readonly limit: number },
): readonly RecordText[] {
  const sql = `SELECT * FROM (${selects[kind]}) WHERE number > ? ORDER BY number LIMIT ?`;
  return connection.statement(sql).all(after, limit) as RecordText[];
}
