/**
 * Which Git repository a folder belongs to, and where HEAD stands. Knows
 * worktrees and submodules (`.git` files). A repository whose history cannot
 * be read whole (shallow, partial, borrowed objects, other formats), and a
 * folder without one, gets its snapshots in a store of its own in the cache;
 * it never writes to HEAD, index or branches.
 */
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import git from 'isomorphic-git';
import { ClientError } from '../clientError.ts';
import { atomicFs } from './atomicFs.ts';
import { cacheFolder, folderKey } from './cacheFolder.ts';

export type Repository = {
  /** The top folder, whose files are taken. */
  readonly root: string;
  /** The launch folder inside it, with forward slashes. */
  readonly folder: string;
  /** Where snapshot objects and refs are kept. */
  readonly store: string;
  /** The index's home; null for a folder that is no repository. */
  readonly gitDir: string | null;
  readonly branch: string | null;
  /** The commit at HEAD; null when there is none that can be built on. */
  readonly head: string | null;
};

export async function openRepository(launchFolder: string): Promise<Repository> {
  const folder = await existingFolder(launchFolder);
  const found = await findGitDir(folder);
  if (!found)
    return { root: folder, folder: '', store: await ownStore(folder), gitDir: null, branch: null, head: null };
  const common = await commonDirOf(found.gitDir);
  const { branch, commit } = await readHead(found.gitDir, common);
  const whole = await isReadableWhole(common);
  return {
    root: found.root,
    folder: relative(found.root, folder).split(sep).join('/'),
    store: whole ? common : await ownStore(found.root),
    gitDir: found.gitDir,
    branch,
    head: whole ? commit : null,
  };
}

async function existingFolder(folder: string): Promise<string> {
  const status = await stat(folder).catch(() => null);
  if (status?.isDirectory()) return realpath(folder);
  const message = status ? `${folder} is not a folder.` : `The folder ${folder} does not exist.`;
  throw new ClientError('not-found', message, { field: 'folder', remedy: 'Choose a folder that exists.' });
}

async function findGitDir(start: string): Promise<{ root: string; gitDir: string } | null> {
  for (let root = start; ; root = dirname(root)) {
    const gitDir = await resolveGitDir(join(root, '.git'));
    if (gitDir) return { root, gitDir };
    if (dirname(root) === root) return null;
  }
}

/** A `.git` folder, or where a `.git` file points; null unless a repository is there. */
async function resolveGitDir(path: string): Promise<string | null> {
  const status = await stat(path).catch(() => null);
  if (!status) return null;
  const text = status.isDirectory() ? null : await readText(path);
  const gitDir = text === null ? path : resolve(dirname(path), text.replace(/^gitdir:\s*/, '').trim());
  return (await exists(join(gitDir, 'HEAD'))) ? gitDir : null;
}

/** A worktree has its own HEAD and index, and shares objects and refs. */
async function commonDirOf(gitDir: string): Promise<string> {
  const text = await readText(join(gitDir, 'commondir'));
  return text === null ? gitDir : resolve(gitDir, text.trim());
}

async function readHead(gitDir: string, common: string): Promise<{ branch: string | null; commit: string | null }> {
  const text = ((await readText(join(gitDir, 'HEAD'))) ?? '').trim();
  if (/^[0-9a-f]{40}$/.test(text)) return { branch: null, commit: text };
  const ref = text.replace(/^ref:\s*/, '');
  const commit = await git.resolveRef({ fs: atomicFs, gitdir: common, ref }).catch(() => null);
  return { branch: ref.replace(/^refs\/heads\//, '') || null, commit };
}

async function isReadableWhole(common: string): Promise<boolean> {
  const config = (await readText(join(common, 'config'))) ?? '';
  if (/^\s*(objectformat\s*=\s*(?!sha1\b)|refstorage\s*=\s*(?!files\b)|partialclone\s*=)/im.test(config)) return false;
  if (await exists(join(common, 'shallow'))) return false;
  return !(await exists(join(common, 'objects', 'info', 'alternates')));
}

async function ownStore(root: string): Promise<string> {
  const store = join(cacheFolder(), 'repositories', `${folderKey(root)}.git`);
  if (!(await exists(join(store, 'HEAD')))) {
    await git.init({ fs: atomicFs, gitdir: store, dir: store, bare: true, defaultBranch: 'main' });
  }
  return store;
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
