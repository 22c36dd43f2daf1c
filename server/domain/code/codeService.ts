/**
 * The `code` entries: commits of a project, what they hold, and which run
 * first had each line of a file. It reads repositories and changes nothing.
 */
import type { Blame, BlameInput, Commit, CommitsInput, CommittedFile } from '../../../protocol/model/code.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Store } from '../shared/store.ts';
import { FirstRuns } from './firstRuns.ts';
import { LaunchedCommits } from './launchedCommits.ts';
import type { CodeHistory, ProjectCode } from './ports.ts';

export type CodeServiceDependencies = {
  readonly store: Store;
  readonly history: CodeHistory;
  readonly projectCode: Pick<ProjectCode, 'headCommit'>;
};

export class CodeService {
  readonly #deps: CodeServiceDependencies;
  readonly #launched: LaunchedCommits;
  readonly #firstRuns: FirstRuns;

  constructor(deps: CodeServiceDependencies) {
    this.#deps = deps;
    this.#launched = new LaunchedCommits(deps.store);
    this.#firstRuns = new FirstRuns({ ...deps, launched: this.#launched });
  }

  async commits({ projectId, from, limit }: CommitsInput, { signal }: Call): Promise<readonly Commit[]> {
    const newest = from ?? (await this.#deps.projectCode.headCommit(projectId));
    if (newest === null) return [];
    const commits = await this.#deps.history.open(projectId).log(newest, limit);
    if (commits === null) throw unknownCommit(newest, 'from');
    const { runsFrom } = await this.#launched.of(projectId, signal);
    return commits.map((commit) => ({ ...commit, runs: runsFrom.get(commit.commit) ?? 0 }));
  }

  async files({ projectId, commit }: { readonly projectId: string; readonly commit: string }, _call: Call) {
    const files: readonly CommittedFile[] | null = await this.#deps.history.open(projectId).files(commit);
    if (files === null) throw unknownCommit(commit, 'commit');
    return files;
  }

  blame(input: BlameInput, { signal }: Call): Promise<Blame> {
    return this.#firstRuns.blame(input, signal);
  }
}

function unknownCommit(commit: string, field: string): DomainError {
  return new DomainError('not-found', `The project's repository has no commit ${commit}.`, {
    field,
    remedy: 'Push it first, or choose one that is listed.',
  });
}
