/**
 * The runs of a script in SQLite. Each question first picks its runs, the
 * newest up to a limit, and only then joins what they logged.
 */
import type { StoredRun } from '../../domain/runs/ports.ts';
import type { Effect, ScriptStore, Selection, Source } from '../../domain/scripts/ports.ts';
import { clientTags } from '../../domain/shared/clientTags.ts';
import type { Row, SqlValue } from './connection.ts';
import { findName } from './names.ts';
import { runColumns, runTables, toRun } from './runRow.ts';
import type { Session } from './session.ts';

const folder = "coalesce(launches.code ->> '$.folder', '')";
const inProjects = '(?2 IS NULL OR runs.project_id IN (SELECT value FROM json_each(?2)))';

/** ?1 the name of the tag, ?2 projects, ?3 pairs of source and folder, ?4 how many. */
const chosen = {
  some: `WITH chosen AS MATERIALIZED (SELECT runs.number AS run FROM tags
      JOIN runs ON runs.number = tags.run LEFT JOIN launches ON launches.run = runs.number
    WHERE tags.name = ?1 AND tags.value IN (SELECT value ->> 0 FROM json_each(?3))
      AND (tags.value, ${folder}) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))
      AND runs.deleted_at IS NULL AND ${inProjects} ORDER BY runs.number DESC LIMIT ?4)`,
  every: `WITH chosen AS MATERIALIZED (SELECT runs.number AS run FROM runs
    WHERE ?1 IS ?1 AND ?3 IS NULL AND runs.deleted_at IS NULL AND ${inProjects} ORDER BY runs.number DESC LIMIT ?4)`,
} as const;

const sources = `SELECT coalesce(tags.value, '') AS name, runs.launched AS launched, ${folder} AS folder,
    CAST(runs.experiment_id AS TEXT) AS experimentId, count(*) AS runs`;
const grouped = `AND runs.deleted_at IS NULL AND ${inProjects} GROUP BY 1, 2, 3, 4`;

/** Infinities are numbers to SQLite and no best value to people. */
const finite = 'abs(s.value) < 9e999';

const sql = {
  /** Steps along the index from one value to the next, so that many runs of one source cost one step. */
  names: `WITH RECURSIVE step (value) AS (
      SELECT (SELECT min(value) FROM tags WHERE name = ?1)
      UNION ALL SELECT (SELECT min(tags.value) FROM tags WHERE name = ?1 AND tags.value > step.value)
        FROM step WHERE step.value IS NOT NULL)
    SELECT value FROM step WHERE value IS NOT NULL LIMIT ?2`,
  sources: {
    some: `${sources} FROM tags JOIN runs ON runs.number = tags.run LEFT JOIN launches ON launches.run = runs.number
      WHERE tags.name = ?1 AND tags.value IN (SELECT value FROM json_each(?3)) ${grouped}`,
    every: `${sources} FROM runs LEFT JOIN tags ON tags.run = runs.number AND tags.name = ?1
      LEFT JOIN launches ON launches.run = runs.number WHERE ?3 IS NULL ${grouped}`,
  },
  newest: `SELECT ${runColumns} FROM ${runTables} WHERE runs.number = (SELECT max(run) FROM chosen)`,
  metrics: `SELECT names.text AS key, count(*) AS runs FROM chosen CROSS JOIN series AS s ON s.run = chosen.run
    CROSS JOIN names ON names.id = s.name GROUP BY s.name ORDER BY runs DESC, key LIMIT 1000`,
  parameters: `SELECT names.text AS key, count(DISTINCT p.value) AS "values" FROM chosen
    CROSS JOIN parameters AS p ON p.run = chosen.run CROSS JOIN names ON names.id = p.name GROUP BY p.name
    ORDER BY key LIMIT 1000`,
  best: (order: 'ASC' | 'DESC') => `SELECT runs.id AS runId, s.value AS value FROM chosen
    CROSS JOIN series AS s ON s.run = chosen.run AND s.name = ?5 CROSS JOIN runs ON runs.number = chosen.run
    WHERE ${finite} ORDER BY s.value ${order}, chosen.run DESC LIMIT 1`,
  effects: `SELECT p.value AS value, count(*) AS runs, count(s.value) AS measured, avg(s.value) AS mean,
      min(s.value) AS low, max(s.value) AS high, max(runs.created_at) AS lastAt
    FROM chosen CROSS JOIN parameters AS p ON p.run = chosen.run AND p.name = ?5
    CROSS JOIN runs ON runs.number = chosen.run
    LEFT JOIN series AS s ON s.run = chosen.run AND s.name = ?6 AND ${finite}
    GROUP BY p.value ORDER BY runs DESC, lastAt DESC`,
} as const;

export class SqliteScriptStore implements ScriptStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async sourceNames(limit: number): Promise<readonly string[]> {
    return this.#session.all<{ value: string }>(sql.names, this.#tag, limit).map(({ value }) => value);
  }

  async sources(names: readonly string[] | null, projectIds: readonly string[] | null): Promise<readonly Source[]> {
    const text = names === null ? sql.sources.every : sql.sources.some;
    const rows = this.#session.all<Omit<Source, 'launched'> & { launched: number }>(
      text,
      this.#tag,
      list(projectIds),
      list(names),
    );
    return rows.map((row) => ({ ...row, launched: row.launched === 1 }));
  }

  async newest(selection: Selection): Promise<StoredRun | null> {
    const [row] = this.#ask<Row>(selection, sql.newest);
    return row ? toRun(row) : null;
  }

  async metrics(selection: Selection) {
    return this.#ask<{ key: string; runs: number }>(selection, sql.metrics);
  }

  async parameters(selection: Selection) {
    return this.#ask<{ key: string; values: number }>(selection, sql.parameters);
  }

  async best(selection: Selection, { key, direction }: Parameters<ScriptStore['best']>[1]) {
    const text = sql.best(direction === 'min' ? 'ASC' : 'DESC');
    return this.#ask<{ runId: string; value: number }>(selection, text, findName(this.#session, key))[0] ?? null;
  }

  async effects(selection: Selection, { parameter, metric, limit }: Parameters<ScriptStore['effects']>[1]) {
    const names = [findName(this.#session, parameter), metric === null ? null : findName(this.#session, metric)];
    const values = this.#ask<Effect>(selection, sql.effects, ...names);
    return { distinct: values.length, values: values.slice(0, limit) };
  }

  get #tag(): number | null {
    return findName(this.#session, clientTags.sourceName);
  }

  #ask<R>({ sources: wanted, projectIds, limit }: Selection, text: string, ...more: readonly SqlValue[]): R[] {
    const pairs = wanted && JSON.stringify(wanted.map(({ name, folder: inside }) => [name, inside]));
    const first = wanted === null ? chosen.every : chosen.some;
    return this.#session.all<R>(`${first} ${text}`, this.#tag, list(projectIds), pairs, limit, ...more);
  }
}

function list(values: readonly string[] | null): string | null {
  return values && JSON.stringify(values);
}
