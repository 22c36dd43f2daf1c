/** Answers a question: what matches is filtered, counted, ranked, and a page of it is made readable. */
import type { SearchFacet, SearchHit, SearchLine } from '../../../../protocol/model/search.ts';
import { mostRanked } from '../../../../protocol/model/searchLimits.ts';
import type { Asked, FieldFilter, Found } from '../../../domain/search/ports.ts';
import type { Connection } from '../connection.ts';
import { type Candidate, candidates } from './candidates.ts';
import { type Merit, meritOf } from './merits.ts';
import { snippetsOf } from './snippets.ts';
import { spellingsOf } from './spellings.ts';
import { bodyOf } from './texts.ts';

/** So many by their text alone are ranked by use and outcome as well. */
const weighed = 300;
const mostOfFacet = 30;

const sql = {
  projects: 'SELECT id, name FROM live.projects',
  users: 'SELECT id, name FROM live.users',
  text: 'SELECT title FROM texts WHERE id = ?',
  experimentOfRun: 'SELECT CAST(experiment_id AS TEXT) AS id FROM live.runs WHERE id = ?',
  runOfCode: `SELECT r.id FROM snapshot_runs s JOIN live.runs r ON r.number = s.run AND r.deleted_at IS NULL
    WHERE s.project_id = ? AND s.commit_id IN (SELECT value FROM json_each(?)) ORDER BY s.run DESC LIMIT 1`,
  targetOfComment: `SELECT target ->> '$.runId' AS runId, target ->> '$.experimentId' AS experimentId,
    target ->> '$.modelName' AS modelName FROM live.comments WHERE id = ?`,
  runOfModel: `SELECT r.id FROM live.logged_models l JOIN live.runs r ON r.id = l.source_run_id AND r.deleted_at IS NULL
    WHERE l.id = ? AND r.project_id = ?`,
} as const;

type Names = ReadonlyMap<string, string>;
type Known = { readonly projects: Names; readonly users: Names };
type Weighed = { readonly found: Candidate; readonly merit: Merit | null; readonly score: number };

export function find(connection: Connection, asked: Asked): Found {
  const sight = { projects: asked.projects, people: asked.people };
  const known = { projects: namesOf(connection, sql.projects), users: namesOf(connection, sql.users) };
  const matching = candidates(connection, asked.question, { sight });
  const all = matching
    .slice(0, mostRanked)
    .filter((each) => asked.question.filters.every((filter) => holds(filter, each, known)));
  const chosen = asked.kinds.length === 0 ? all : all.filter(({ kind }) => asked.kinds.includes(kind));
  const page = ranked(connection, chosen).slice(asked.offset, asked.offset + asked.limit);
  const hasText = asked.question.include.length > 0;
  return {
    hits: page.map((each) => hitOf(connection, each, { asked, known })),
    total: chosen.length,
    more: matching.length > mostRanked,
    facets: {
      kinds: facet(all, ({ kind }) => kind),
      projects: facet(chosen, ({ project }) => project, known.projects),
      langs: facet(chosen, ({ lang }) => lang),
      owners: facet(chosen, ({ owner }) => owner, known.users),
    },
    spellings: all.length === 0 && hasText ? spellingsOf(connection, asked.question, sight) : [],
  };
}

function namesOf(connection: Connection, query: string): Names {
  return new Map(
    connection
      .statement(query)
      .all()
      .map(({ id, name }) => [String(id), String(name)]),
  );
}

function holds(filter: FieldFilter, found: Candidate, known: Known): boolean {
  if (filter.field === 'metric') return true;
  return matchesField(filter, found, known) !== filter.excluded;
}

function matchesField({ field, value }: Exclude<FieldFilter, { field: 'metric' }>, found: Candidate, known: Known) {
  switch (field) {
    case 'kind':
      return found.kind === value;
    case 'lang':
      return found.lang === value;
    case 'project':
      return isNamed(value, found.project, known.projects);
    case 'owner':
      return isNamed(value, found.owner ?? '', known.users);
  }
}

function isNamed(value: string, id: string, names: Names): boolean {
  return id !== '' && (id.toLowerCase() === value || (names.get(id)?.toLowerCase().includes(value) ?? false));
}

/** Those with the best text are weighed; the rest keep the order of their text behind them. */
function ranked(connection: Connection, found: readonly Candidate[]): readonly Weighed[] {
  const first = found.slice(0, weighed).map((each) => {
    const merit = meritOf(connection, each);
    return { found: each, merit, score: each.score * merit.factor };
  });
  first.sort((one, other) => other.score - one.score);
  return [...first, ...found.slice(weighed).map((each) => ({ found: each, merit: null, score: each.score }))];
}

function facet(
  found: readonly Candidate[],
  valueIn: (each: Candidate) => string | null,
  names?: Names,
): readonly SearchFacet[] {
  const counts = new Map<string, number>();
  for (const each of found) {
    const value = valueIn(each);
    if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, label: names?.get(value) ?? value, count }))
    .sort((one, other) => other.count - one.count || (one.label < other.label ? -1 : 1))
    .slice(0, mostOfFacet);
}

type Showing = { readonly asked: Asked; readonly known: Known };

function hitOf(connection: Connection, { found, merit }: Weighed, { asked, known }: Showing): SearchHit {
  const { id, kind, source, ref, project, owner } = found;
  const row = connection.statement(sql.text).get(id);
  const isFile = source === 'file';
  return {
    id: isFile ? `${id}.${project}` : String(id),
    kind,
    title: String(row?.title ?? ref),
    projectId: project === '' ? null : project,
    projectName: known.projects.get(project) ?? null,
    owner: owner === null ? null : { id: owner, name: known.users.get(owner) ?? owner },
    at: found.at === null ? null : Math.round(found.at),
    path: isFile ? ref : null,
    lang: found.lang,
    ...placesOf(connection, found),
    atHead: found.head,
    lines: linesOf(found, snippetsOf(bodyOf(connection, id), asked.question.include)),
    facts: (merit ?? meritOf(connection, found)).facts,
  };
}

/** A run's first line is its command or its id: it says nothing about why it was found. */
function linesOf({ kind }: Candidate, lines: readonly SearchLine[]): readonly SearchLine[] {
  return kind === 'run' || kind === 'person' ? lines.filter(({ marks }) => marks.length > 0) : lines;
}

type Places = Pick<SearchHit, 'runId' | 'experimentId' | 'modelName'>;

/** What to open where it is no file. */
function placesOf(connection: Connection, found: Candidate): Places {
  const { source, ref } = found;
  if (source === 'comment') {
    const target = connection.statement(sql.targetOfComment).get(ref) as Places | undefined;
    return { runId: null, experimentId: null, modelName: null, ...target };
  }
  return {
    runId: runOf(connection, found),
    experimentId: experimentOf(connection, found),
    modelName: source === 'model' ? ref : null,
  };
}

function runOf(connection: Connection, { source, ref, project, commits }: Candidate): string | null {
  if (source === 'run') return ref;
  const row =
    source === 'logged-model'
      ? connection.statement(sql.runOfModel).get(ref, project)
      : source === 'file'
        ? connection.statement(sql.runOfCode).get(project, JSON.stringify(commits))
        : undefined;
  return row === undefined ? null : String(row.id);
}

function experimentOf(connection: Connection, { source, ref }: Candidate): string | null {
  if (source === 'experiment') return ref;
  if (source !== 'run') return null;
  return String(connection.statement(sql.experimentOfRun).get(ref)?.id ?? '') || null;
}
