/**
 * Git worktrees at snapshots of runs, made by the `git` program from a
 * repository that is open here: detached, so that no branch moves. A commit
 * that the repository lacks is fetched from the server first.
 */
import { mkdir, readdir, readFile, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { Run } from '../../../protocol/model/run.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { folderOf } from './folders.ts';
import { git } from './git.ts';

export type WorktreesDeps = {
  readonly server: Pick<ServerConnection, 'target'>;
  readonly folders: Pick<LaunchFolders, 'projectOf'>;
  /** Where they are kept. */
  readonly place: string;
};

/** A folder on disk that was made from a run. */
export type RunFolder = { readonly runId: string; readonly path: string; readonly isWorktree: boolean };

export class Worktrees {
  readonly #deps: WorktreesDeps;

  constructor(deps: WorktreesDeps) {
    this.#deps = deps;
  }

  /** One that is there already is opened again as it is. */
  async open(run: Run): Promise<vscode.Uri> {
    if (run.code === null) {
      throw new ClientError('not-found', `${run.name} was only logged: it has no snapshot.`, {
        remedy: 'Check its commit out in its own repository.',
      });
    }
    const path = join(this.#deps.place, run.id, folderName(run.name));
    if (await stat(join(path, '.git')).catch(() => null)) return vscode.Uri.file(path);
    const repository = await repositoryIn(await folderOf(this.#deps.folders, run.projectId));
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Making a worktree of ${spellOutWithin(run.name)}`,
      cancellable: true,
    };
    await vscode.window.withProgress(options, async (_progress, token) => {
      const stopping = new AbortController();
      token.onCancellationRequested(() => stopping.abort());
      await this.#add({ run, commit: run.code?.commit ?? '', repository, path, signal: stopping.signal });
    });
    return vscode.Uri.file(path);
  }

  async #add({ run, commit, repository, path, signal }: Adding): Promise<void> {
    const has = await git({ cwd: repository, words: ['cat-file', '-e', `${commit}^{commit}`], signal }).catch(
      () => null,
    );
    if (has === null) await this.#fetch({ run, repository, signal });
    await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
    await git({ cwd: repository, words: ['worktree', 'prune'], signal });
    // So that Git keeps the snapshot as long as the worktree, and can tell what was committed since.
    await git({ cwd: repository, words: ['update-ref', keptRef(run.id), commit], signal });
    await git({ cwd: repository, words: ['worktree', 'add', '--detach', path, commit], signal });
  }

  async #fetch({ run, repository, signal }: Pick<Adding, 'run' | 'repository' | 'signal'>): Promise<void> {
    const { url, token } = this.#deps.server.target;
    const address = new URL(`/git/${run.projectId}.git`, url).href;
    const basic = Buffer.from(`flywheel:${token}`).toString('base64');
    const settings = { 'http.extraHeader': `Authorization: Basic ${basic}`, 'credential.helper': '' };
    const words = ['fetch', '--no-tags', '--no-write-fetch-head', address, `refs/flywheel/runs/${run.id}`];
    await git({ cwd: repository, words, settings, signal });
  }
}

type Adding = {
  readonly run: Run;
  readonly commit: string;
  readonly repository: string;
  readonly path: string;
  readonly signal: AbortSignal;
};

function keptRef(runId: string): string {
  return `refs/flywheel/worktrees/${runId}`;
}

async function repositoryIn(folder: string): Promise<string> {
  const top = await git({ cwd: folder, words: ['rev-parse', '--show-toplevel'] }).catch((error: unknown) => {
    if (error instanceof ClientError && error.reason === 'not-found') throw error;
    return null;
  });
  if (top !== null) return top;
  throw new ClientError('wrong-state', `${folder} is in no Git repository, so it can have no worktree.`, {
    remedy: 'Open a copy of the code instead.',
  });
}

export function folderName(runName: string): string {
  return runName.replace(/[^\w.-]+/g, '-').slice(0, 60) || 'run';
}

/** Of worktrees and copies: `PLACE/RUN/NAME`. */
export async function runFolders(place: string): Promise<readonly RunFolder[]> {
  const found: RunFolder[] = [];
  for (const runId of await readdir(place).catch(() => [])) {
    for (const name of await readdir(join(place, runId)).catch(() => [])) {
      const path = join(place, runId, name);
      found.push({ runId, path, isWorktree: await isWorktree(path) });
    }
  }
  return found;
}

/** How many files of a worktree are changed or new; of a copy nobody can tell. */
export async function changedIn({ path, isWorktree: can }: RunFolder): Promise<number | null> {
  if (!can) return null;
  const lines = await git({ cwd: path, words: ['status', '--porcelain', '--untracked-files=normal'] }).catch(
    () => null,
  );
  return lines === null ? null : lines.split('\n').filter((line) => line !== '').length;
}

/** Commits of a worktree that no branch or tag has: removing it would lose them. */
export async function ownCommits({ path, isWorktree: can }: RunFolder): Promise<number> {
  if (!can) return 0;
  const words = ['rev-list', '--count', 'HEAD', '--not', '--branches', '--tags', '--remotes', '--glob=refs/flywheel'];
  return Number(await git({ cwd: path, words }).catch(() => 0));
}

export async function removeFolder({ runId, path, isWorktree: can }: RunFolder): Promise<void> {
  const common = can ? await commonDir(path) : null;
  await rm(path, { recursive: true, force: true });
  await rmdir(dirname(path)).catch(() => undefined);
  if (common === null) return;
  for (const words of [
    ['worktree', 'prune'],
    ['update-ref', '-d', keptRef(runId)],
  ]) {
    await git({ cwd: common, words }).catch(() => undefined);
  }
}

/** The repository that keeps note of the worktree. */
async function commonDir(path: string): Promise<string | null> {
  return git({ cwd: path, words: ['rev-parse', '--path-format=absolute', '--git-common-dir'] })
    .then((found) => realpath(found))
    .catch(() => null);
}

async function isWorktree(path: string): Promise<boolean> {
  const text = await readFile(join(path, '.git'), 'utf8').catch(() => '');
  return text.startsWith('gitdir:');
}
