/**
 * What matches a question and may be seen by whoever asks, with what ranking
 * and counting need. Whether a thing is alive and in which project it is, is
 * read from the server's own tables: what was deleted or moved a moment ago
 * counts as such, whatever the index still has.
 */
import type { SearchKind } from '../../../../protocol/model/search.ts';
import { mostRanked } from '../../../../protocol/model/searchLimits.ts';
import type { FieldFilter, Question, Term } from '../../../domain/search/ports.ts';
import type { Connection, SqlValue } from '../connection.ts';

export type Sight = {
  /** Ids; null means all. */
  readonly projects: readonly string[] | null;
  readonly people: boolean;
};

export type Candidate = {
  readonly id: number;
  readonly kind: SearchKind;
  readonly source: string;
  readonly ref: string;
  /** Empty for what belongs to no project. */
  readonly project: string;
  /** The higher, the better. */
  readonly score: number;
  readonly lang: string | null;
  readonly owner: string | null;
  readonly at: number | null;
  readonly head: boolean;
  readonly commits: readonly string[];
};

/** Null once the record is gone. */
const homeOf = `CASE t.source
  WHEN 'project' THEN (SELECT id FROM live.projects WHERE id = t.ref)
  WHEN 'run' THEN (SELECT project_id FROM live.runs WHERE id = t.ref AND deleted_at IS NULL)
  WHEN 'experiment' THEN (SELECT project_id FROM live.experiments WHERE id = CAST(t.ref AS INTEGER) AND deleted_at IS NULL)
  WHEN 'model' THEN (SELECT project_id FROM live.registered_models WHERE name = t.ref)
  WHEN 'logged-model' THEN (SELECT e.project_id FROM live.logged_models l JOIN live.experiments e ON e.id = l.experiment_id
    WHERE l.id = t.ref AND l.deleted_at IS NULL)
  WHEN 'environment' THEN (SELECT '' FROM live.environments WHERE id = t.ref)
  WHEN 'comment' THEN (SELECT c.project_id FROM live.comments c WHERE c.id = t.ref AND EXISTS
    (SELECT 1 FROM live.comments s WHERE s.thread_id = c.id AND s.deleted_at IS NULL))
  WHEN 'person' THEN (SELECT '' FROM live.users WHERE id = t.ref)
END`;

const hasLiveRun = `EXISTS (SELECT 1 FROM snapshot_runs s JOIN live.runs r ON r.number = s.run AND r.deleted_at IS NULL
  WHERE s.project_id = p.project_id AND s.commit_id IN (p.first_commit, p.last_commit))`;

export type CandidateOptions = {
  readonly sight: Sight;
  readonly limit?: number;
  /** Nothing but this text, whatever the question. */
  readonly only?: number;
};

const columns = 'id, kind, source, ref, project, score, lang, owner, at, head, first, last';

export function candidates(
  connection: Connection,
  question: Question,
  { sight, limit = mostRanked + 1, only }: CandidateOptions,
): readonly Candidate[] {
  const values: Record<string, SqlValue> = {
    projects: sight.projects === null ? null : JSON.stringify(sight.projects),
    people: sight.people ? 1 : 0,
    limit,
  };
  const matched = only === undefined ? matchedBy(question, values) : 'SELECT $only AS id, 0.0 AS score';
  if (only !== undefined) values.only = only;
  const conditions = question.filters.map((filter, at) => metricCondition(filter, at, values));
  const isSeen = "(project = '' OR $projects IS NULL OR project IN (SELECT value FROM json_each($projects)))";
  const sql = `WITH matched AS MATERIALIZED (${matched}), alive AS (
    SELECT t.id, t.kind, t.source, t.ref, ${homeOf} AS project, m.score, t.lang, t.owner, t.at, 0 AS head,
      NULL AS first, NULL AS last FROM matched m JOIN texts t ON t.id = m.id
      WHERE t.source <> 'file' AND ($people = 1 OR t.source <> 'person')
    UNION ALL SELECT t.id, t.kind, t.source, t.ref, p.project_id, m.score, t.lang, o.owner_id, NULL, p.head >= 1,
      p.first_commit, p.last_commit FROM matched m JOIN texts t ON t.id = m.id JOIN places p ON p.text = t.id
      JOIN live.projects o ON o.id = p.project_id WHERE t.kind <> '' AND (p.head >= 1 OR ${hasLiveRun})
    ) SELECT ${columns} FROM alive t WHERE project IS NOT NULL AND ${isSeen}${conditions.join('')}
    ORDER BY score, at DESC LIMIT $limit`;
  return connection
    .passing(sql, 'arrays')
    .all(values)
    .map((row) => toCandidate(row as unknown as CandidateRow));
}

type CandidateRow = readonly [
  ...[id: number, kind: SearchKind, source: string, ref: string, project: string, score: number],
  ...[lang: string | null, owner: string | null, at: number | null, head: number],
  ...[first: string | null, last: string | null],
];

function toCandidate(row: CandidateRow): Candidate {
  const [id, kind, source, ref, project, score, lang, owner, at, head, first, last] = row;
  const commits = [...new Set([last, first])].filter((commit) => commit !== null);
  return { id, kind, source, ref, project, score: -score, lang, owner, at, head: head === 1, commits };
}

/** A name counts as much as eight mentions. */
function matchedBy({ include, exclude }: Question, values: Record<string, SqlValue>): string {
  if (exclude.length > 0) values.without = exclude.map(expressionOf).join(' OR ');
  if (include.length === 0) {
    const without = ' WHERE id NOT IN (SELECT rowid FROM words WHERE words MATCH $without)';
    return `SELECT id, 0.0 AS score FROM texts${exclude.length > 0 ? without : ''}`;
  }
  const wanted = include.map(expressionOf).join(' AND ');
  delete values.without;
  values.words = exclude.length > 0 ? `(${wanted}) NOT (${exclude.map(expressionOf).join(' OR ')})` : wanted;
  return 'SELECT rowid AS id, bm25(words, 8.0, 1.0) AS score FROM words WHERE words MATCH $words';
}

/** Words are letters and digits alone, so that nothing in them is an operator of the full-text table. */
export function expressionOf({ words, prefix }: Term): string {
  return `"${words.join(' ')}"${prefix ? ' *' : ''}`;
}

function metricCondition(filter: FieldFilter, at: number, values: Record<string, SqlValue>): string {
  if (filter.field !== 'metric') return '';
  values[`name${at}`] = filter.name;
  values[`value${at}`] = filter.value;
  const has = `EXISTS (SELECT 1 FROM live.runs r JOIN live.series v ON v.run = r.number JOIN live.names n ON n.id = v.name
    WHERE r.id = t.ref AND n.text = $name${at} AND v.value ${filter.operator} $value${at})`;
  return ` AND t.source = 'run' AND ${filter.excluded ? 'NOT ' : ''}${has}`;
}
