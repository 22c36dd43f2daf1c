/**
 * "Which run first had this line": the versions that a file had in the
 * snapshots of runs, the oldest first, each aligned with the asked text until
 * every line was seen. A line counts where it stands in the same order as in
 * the text, whatever branch the run came from, committed or not.
 */
import {
  type Blame,
  type BlameInput,
  type BlameRun,
  longestBlamed,
  mostBlamedLines,
} from '../../../protocol/model/code.ts';
import type { StoredRun } from '../runs/ports.ts';
import { DomainError } from '../shared/errors.ts';
import type { Store } from '../shared/store.ts';
import { sharedLines } from './alignLines.ts';
import type { Launched, LaunchedCommits } from './launchedCommits.ts';
import type { CodeHistory, CodeReader } from './ports.ts';
import { linesOf } from './textLines.ts';

export type FirstRunsDependencies = {
  readonly store: Pick<Store, 'read'>;
  readonly history: CodeHistory;
  readonly launched: LaunchedCommits;
};

/** The newest are looked at where there are more, and the answer says so. */
const mostCommits = 5000;
const mostVersions = 400;
const keptPlaces = 100_000;

/** A content that the file had, and the first run that had it. */
type Version = { readonly id: string; readonly runId: string };
type Versions = { readonly list: readonly Version[]; readonly commits: number; readonly complete: boolean };

export class FirstRuns {
  readonly #deps: FirstRunsDependencies;
  /** The content of a path in a snapshot, which never changes. */
  readonly #contentIds = new Map<string, string | null>();

  constructor(deps: FirstRunsDependencies) {
    this.#deps = deps;
  }

  async blame(input: BlameInput, signal: AbortSignal): Promise<Blame> {
    const { projectId } = input;
    const reader = this.#deps.history.open(projectId);
    const wanted = await this.#wantedLines(reader, input);
    const launched = await this.#deps.launched.of(projectId, signal);
    const versions = await this.#versions(reader, { input, launched, signal });
    const firsts = await firstVersions(reader, { wanted, versions: versions.list, signal });
    const runs = await this.#runs(projectId, [...new Set(firsts.filter((runId) => runId !== null))]);
    const { list, commits, complete } = versions;
    return { spans: spansOf(firsts, runs), runs, searched: { commits, versions: list.length, complete } };
  }

  async #wantedLines(reader: CodeReader, { projectId, path, of }: BlameInput): Promise<readonly string[]> {
    if (of.kind === 'text') return requireLines(Buffer.from(of.text), path);
    const commit = of.kind === 'commit' ? of.commit : await this.#commitOf(projectId, of.runId);
    const id = await reader.contentId(commit, path);
    if (id !== null) return requireLines(await reader.content(id), path);
    const where = of.kind === 'run' ? 'that run' : `commit ${commit.slice(0, 8)}`;
    throw new DomainError('not-found', `There is no file ${path} in the code of ${where}.`, {
      field: 'path',
      remedy: 'Choose a file that it has.',
    });
  }

  async #commitOf(projectId: string, runId: string): Promise<string> {
    const run = await this.#deps.store.read(({ runs }) => runs.run(runId));
    if (run?.projectId !== projectId) {
      throw new DomainError('not-found', `The project has no run ${runId}.`, { field: 'of.runId' });
    }
    if (run.launch) return run.launch.code.commit;
    throw new DomainError('wrong-state', `${run.name} was not launched here: its code is not known.`, {
      field: 'of.runId',
      remedy: 'Choose a run that was launched with Flywheel.',
    });
  }

  async #versions(
    reader: CodeReader,
    { input, launched, signal }: { input: BlameInput; launched: Launched; signal: AbortSignal },
  ): Promise<Versions> {
    const snapshots = [...launched.firstRuns].slice(-mostCommits);
    const runIds = new Map<string, string>();
    for (const [commit, runId] of snapshots) {
      signal.throwIfAborted();
      const id = await this.#contentId(reader, input, commit);
      if (id !== null && !runIds.has(id)) runIds.set(id, runId);
    }
    const all = [...runIds].map(([id, runId]) => ({ id, runId }));
    const list = all.slice(-mostVersions);
    const complete = snapshots.length === launched.firstRuns.size && list.length === all.length;
    return { list, commits: snapshots.length, complete };
  }

  async #contentId(reader: CodeReader, { projectId, path }: BlameInput, commit: string): Promise<string | null> {
    const key = `${projectId} ${commit} ${path}`;
    const known = this.#contentIds.get(key);
    const id = known === undefined ? await reader.contentId(commit, path) : known;
    this.#contentIds.delete(key);
    this.#contentIds.set(key, id);
    for (const oldest of this.#contentIds.keys()) {
      if (this.#contentIds.size <= keptPlaces) break;
      this.#contentIds.delete(oldest);
    }
    return id;
  }

  async #runs(projectId: string, ids: readonly string[]): Promise<readonly BlameRun[]> {
    const found = await this.#deps.store.read(({ runs }) => runs.runsOf(ids));
    const runs = found.filter((run) => run.projectId === projectId).flatMap((run) => blameRun(run) ?? []);
    // A project that was deleted for good may have given its id to another.
    if (runs.length < ids.length) this.#deps.launched.forget(projectId);
    return runs;
  }
}

type Search = {
  readonly wanted: readonly string[];
  readonly versions: readonly Version[];
  readonly signal: AbortSignal;
};

/** Of each line the run that first had it. */
async function firstVersions(
  reader: CodeReader,
  { wanted, versions, signal }: Search,
): Promise<readonly (string | null)[]> {
  const firsts: (string | null)[] = wanted.map(() => null);
  for (const { id, runId } of versions) {
    if (!firsts.includes(null)) break;
    signal.throwIfAborted();
    const lines = linesOf(await reader.content(id));
    if (lines === null || lines.length > mostBlamedLines) continue;
    for (const at of sharedLines(wanted, lines)) firsts[at] ??= runId;
  }
  return firsts;
}

function requireLines(content: Uint8Array, path: string): readonly string[] {
  const lines = content.length > longestBlamed ? [] : linesOf(content);
  if (lines === null) {
    throw new DomainError('invalid-input', `${path} is no text: it has no lines.`, {
      field: 'path',
      remedy: 'Choose a text file.',
    });
  }
  if (content.length <= longestBlamed && lines.length <= mostBlamedLines) return lines;
  const message = `${path} is too long: at most 1 MiB and ${mostBlamedLines} lines can be asked about.`;
  throw new DomainError('too-large', message, { field: 'path', remedy: 'Choose a smaller file.' });
}

function blameRun({ launch, ...run }: StoredRun): BlameRun | null {
  if (launch === null) return null;
  const { commit, base, dirty } = launch.code;
  return {
    runId: run.id,
    name: run.name,
    createdBy: { id: run.createdById, name: run.createdByName },
    createdAt: run.createdAt,
    deleted: run.deletedAt !== null,
    commit,
    base,
    dirty,
  };
}

function spansOf(firsts: readonly (string | null)[], runs: readonly BlameRun[]): Blame['spans'] {
  const places = new Map<string | null, number>(runs.map(({ runId }, index) => [runId, index]));
  const spans: { line: number; count: number; run: number | null }[] = [];
  for (const [at, runId] of firsts.entries()) {
    const run = places.get(runId) ?? null;
    const last = spans.at(-1);
    if (last && last.run === run) last.count += 1;
    else spans.push({ line: at + 1, count: 1, run });
  }
  return spans;
}
