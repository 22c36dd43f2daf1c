/**
 * The files of a work tree that a snapshot takes, by name and status alone:
 * nothing is opened here, so that a file too large to take costs nothing. What
 * cannot be taken is refused by name, with how to leave it out.
 */
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { isSafeLinkTarget, isSafeRelativePath } from '../../protocol/model/common.ts';
import { ClientError } from '../clientError.ts';
import { atomicFs } from './atomicFs.ts';
import { IgnoreRules } from './ignoreRules.ts';
import type { Repository } from './repository.ts';

export type WorkFile = { readonly path: string; readonly status: Stats; readonly link: string | null };

export type SnapshotLimits = { readonly fileBytes: number; readonly totalBytes: number; readonly files: number };
export const snapshotLimits: SnapshotLimits = { fileBytes: 100 * 2 ** 20, totalBytes: 2 ** 30, files: 50_000 };

/** Left out unless an ignore file brings it back: large, and made anew on every machine. */
export const alwaysOut = ['.venv/', 'venv/', '__pycache__/', 'node_modules/', '.ipynb_checkpoints/', '.DS_Store'].join(
  '\n',
);

/** Told of what is left out with why, instead of refusing the whole tree because of it. */
export type LeaveOut = (path: string, why: string) => void;

type Walk = {
  readonly root: string;
  readonly leaveOut: LeaveOut | undefined;
  readonly ignored: IgnoreRules;
  /** `.flywheelignore`, which leaves out tracked files too. */
  readonly unwanted: IgnoreRules;
  readonly limits: SnapshotLimits;
  readonly signal: AbortSignal;
  readonly found: Map<string, WorkFile>;
  total: number;
};

export async function listWorkTree(
  repository: Repository,
  tracked: ReadonlySet<string>,
  options: { readonly limits: SnapshotLimits; readonly signal: AbortSignal; readonly leaveOut?: LeaveOut | undefined },
): Promise<readonly WorkFile[]> {
  const { root } = repository;
  const walk: Walk = {
    ...options,
    leaveOut: options.leaveOut,
    root,
    ignored: new IgnoreRules({ root, fileName: '.gitignore', weakest: await weakestRules(repository) }),
    unwanted: new IgnoreRules({ root, fileName: '.flywheelignore', weakest: '' }),
    found: new Map(),
    total: 0,
  };
  await walkFolder(walk, '');
  await addTracked(walk, tracked);
  return [...walk.found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Paths in the index; null when there is none, or it is of a kind that cannot be read. */
export async function indexedPaths(repository: Repository): Promise<readonly string[] | null> {
  if (repository.gitDir === null) return null;
  return git.listFiles({ fs: atomicFs, dir: repository.root, gitdir: repository.gitDir }).catch(() => null);
}

async function weakestRules(repository: Repository): Promise<string> {
  if (repository.gitDir === null) return alwaysOut;
  const exclude = await readFile(join(repository.gitDir, 'info', 'exclude'), 'utf8').catch(() => '');
  return `${alwaysOut}\n${exclude}`;
}

async function walkFolder(walk: Walk, folder: string): Promise<void> {
  walk.signal.throwIfAborted();
  const entries = await readdir(join(walk.root, folder), { withFileTypes: true }).catch(unreadable(walk, folder));
  for (const entry of entries) await visit(walk, folder === '' ? entry.name : `${folder}/${entry.name}`, entry);
}

async function visit(walk: Walk, path: string, entry: Dirent): Promise<void> {
  if (await isLeftOut(walk, entry.isDirectory() ? `${path}/` : path)) return;
  if (entry.isDirectory()) await walkFolder(walk, path);
  else if (entry.isFile() || entry.isSymbolicLink()) await addFile(walk, path);
}

async function isLeftOut(walk: Walk, path: string): Promise<boolean> {
  if (/(^|\/)\.git\/?$/i.test(path)) return true;
  return (await walk.unwanted.ignores(path)) || (await walk.ignored.ignores(path));
}

function unreadable({ leaveOut }: Walk, folder: string): (error: unknown) => Dirent[] {
  return (error) => {
    if (leaveOut) {
      leaveOut(`${folder}/`, 'it cannot be read');
      return [];
    }
    const remedy = `Make it readable, or leave it out: ${howToIgnore(`${folder}/`)}`;
    throw new ClientError('invalid-input', `The folder ${folder} cannot be read.`, {
      field: 'code',
      remedy,
      cause: error,
    });
  };
}

/** Git takes a tracked file even where an ignore file matches it. */
async function addTracked(walk: Walk, tracked: ReadonlySet<string>): Promise<void> {
  for (const path of tracked) {
    if (walk.found.has(path) || (await walk.unwanted.ignores(path))) continue;
    await addFile(walk, path);
  }
}

async function addFile(walk: Walk, path: string): Promise<void> {
  const status = await lstat(join(walk.root, path)).catch(() => null);
  // Deleted meanwhile, or a tracked path that is now a folder (its files were walked) or a pipe.
  if (!status || !(status.isFile() || status.isSymbolicLink())) return;
  try {
    if (!isSafeRelativePath(path)) throw unsafeName(path);
    const link = status.isSymbolicLink() ? await readTarget(walk.root, path) : null;
    checkFile(walk, path, status.size);
    walk.found.set(path, { path, status, link });
    walk.total += status.size;
  } catch (error) {
    if (!walk.leaveOut) throw error;
    walk.leaveOut(path, error instanceof Error ? error.message : String(error));
    return;
  }
  checkTree(walk, path);
}

async function readTarget(root: string, path: string): Promise<string> {
  const raw = await readlink(join(root, path));
  const target = process.platform === 'win32' ? raw.replaceAll('\\', '/') : raw;
  if (isSafeLinkTarget(path, target)) return target;
  throw new ClientError('unsafe-path', `The link ${path} leaves the folder: it points to ${target}.`, {
    field: 'code',
    remedy: `Copy what it points to into the folder, or leave it out: ${howToIgnore(path)}`,
  });
}

function checkFile({ limits }: Walk, path: string, bytes: number): void {
  if (bytes <= limits.fileBytes) return;
  const message = `The file ${path} has ${mebibytes(bytes)}; a file of a snapshot has at most ${mebibytes(limits.fileBytes)}.`;
  throw new ClientError('too-large', message, { field: 'code', remedy: `Leave it out: ${howToIgnore(path)}` });
}

function checkTree(walk: Walk, path: string): void {
  const { limits, found, total } = walk;
  if (total > limits.totalBytes) {
    const largest = [...found.values()].sort((a, b) => b.status.size - a.status.size).slice(0, 3);
    const names = largest.map((file) => `${file.path} (${mebibytes(file.status.size)})`).join(', ');
    const message = `The folder has more than ${mebibytes(limits.totalBytes)} to send. The largest: ${names}.`;
    throw new ClientError('too-large', message, {
      field: 'code',
      remedy: `Leave data out: ${howToIgnore(largest[0]?.path ?? path)}`,
    });
  }
  if (found.size > limits.files) {
    const message = `The folder has more than ${limits.files} files, most of them in ${fullestFolder([...found.keys()])}/.`;
    const remedy = `Leave it out: ${howToIgnore(`${fullestFolder([...found.keys()])}/`)}`;
    throw new ClientError('too-large', message, { field: 'code', remedy });
  }
}

function unsafeName(path: string): ClientError {
  const message = `The file name ${JSON.stringify(path)} does not work on every system (no \\ : or control characters, no dot or space at the end).`;
  return new ClientError('unsafe-path', message, {
    field: 'code',
    remedy: `Rename it, or leave it out: ${howToIgnore(path)}`,
  });
}

function howToIgnore(path: string): string {
  const pattern = `/${path.replace(/[*?[\]\\]/g, '\\$&')}`;
  return `add the line ${pattern} to .gitignore, or to .flywheelignore when git tracks it.`;
}

function fullestFolder(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const top = path.split('/').slice(0, -1).slice(0, 2).join('/') || '.';
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '.';
}

function mebibytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} MiB`;
}
