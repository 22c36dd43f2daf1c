/**
 * A work tree as a commit under `refs/flywheel/snapshots/`: the commit at HEAD
 * with what is changed and new. It never touches branches, index or HEAD. An
 * unchanged tree gives the same commit again; a clean one gives HEAD itself.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import git, { type TreeEntry } from 'isomorphic-git';
import type { CodeRef } from '../../protocol/model/run.ts';
import { atomicFs } from './atomicFs.ts';
import {
  indexedPaths,
  type LeaveOut,
  listWorkTree,
  type SnapshotLimits,
  snapshotLimits,
  type WorkFile,
} from './listWorkTree.ts';
import { openRepository, type Repository } from './repository.ts';
import { StatCache } from './statCache.ts';

export type Snapshot = {
  readonly code: CodeRef;
  /** The Git folder that has its objects. */
  readonly store: string;
  /** The snapshot of this folder before, which a server may have already. */
  readonly previous: string | null;
  readonly filesRead: number;
  /** The folder that the paths of its files start from. */
  readonly root: string;
  readonly files: ReadonlyMap<string, Leaf>;
  /** What the commit that it follows has; empty where there is none. */
  readonly committed: ReadonlyMap<string, Leaf>;
};

export type SnapshotOptions = {
  readonly signal: AbortSignal;
  readonly onStep?: (text: string) => void;
  readonly limits?: SnapshotLimits;
  /** Told of single files that cannot be taken; without it they refuse the snapshot. */
  readonly leaveOut?: LeaveOut;
  /** Who made the commit and what for; absent, the same tree on the same base is the same commit. */
  readonly commit?: {
    readonly message: string;
    readonly author: { readonly name: string; readonly email: string; readonly timestamp: number };
  };
};

/** Small files wait more than they work; large ones must not be in memory together for long. */
const readAtOnce = 16;

type Leaf = { readonly mode: string; readonly oid: string };

type Take = {
  readonly repository: Repository;
  readonly cache: StatCache;
  /** The files of HEAD: their contents need not be written again. */
  readonly base: ReadonlyMap<string, Leaf>;
  readonly kept: ReadonlySet<string>;
  readonly crlf: boolean;
  filesRead: number;
};

export function snapshotRef(commit: string): string {
  return `refs/flywheel/snapshots/${commit}`;
}

export async function takeSnapshot(folder: string, options: SnapshotOptions): Promise<Snapshot> {
  return snapshotOf(await openRepository(folder), options);
}

/** The same of a folder whose repository, and the commit that it follows, are known. */
export async function snapshotOf(repository: Repository, options: SnapshotOptions): Promise<Snapshot> {
  const { root, store, head } = repository;
  const base = head === null ? new Map<string, Leaf>() : await filesOf(store, head);
  const tracked = new Set((await indexedPaths(repository)) ?? base.keys());
  const files = await listWorkTree(repository, tracked, { ...options, limits: options.limits ?? snapshotLimits });
  options.onStep?.(`Reading ${files.length} files`);
  const cache = await StatCache.open(root, store, (commit) => isKept(store, commit));
  const kept = new Set([...base.values()].map((leaf) => leaf.oid));
  const take: Take = { repository, cache, base, kept, crlf: await hasCrlf(repository), filesRead: 0 };
  const leaves = await readFiles(take, files, options.signal);
  const commit = head !== null && isSame(leaves, base) ? head : await writeSnapshot(repository, leaves, options);
  await git.writeRef({ fs: atomicFs, gitdir: store, ref: snapshotRef(commit), value: commit, force: true });
  // The cache only saves time; a folder that cannot hold it must not stop a launch.
  await cache.save(commit).catch(() => undefined);
  const code = { commit, base: head, branch: repository.branch, dirty: commit !== head, folder: repository.folder };
  return { code, store, previous: cache.commit, filesRead: take.filesRead, root, files: leaves, committed: base };
}

async function readFiles(take: Take, files: readonly WorkFile[], signal: AbortSignal): Promise<Map<string, Leaf>> {
  const leaves = new Map<string, Leaf>();
  for (let at = 0; at < files.length; at += readAtOnce) {
    signal.throwIfAborted();
    const group = files.slice(at, at + readAtOnce);
    const read = await Promise.all(group.map((file) => readLeaf(take, file)));
    for (const [place, file] of group.entries()) {
      const leaf = read[place];
      if (leaf) leaves.set(file.path, leaf);
    }
  }
  return leaves;
}

async function readLeaf(take: Take, file: WorkFile): Promise<Leaf | null> {
  const mode = modeOf(file, take.base.get(file.path)?.mode);
  const known = take.cache.find(file.path, file.status);
  if (known !== null) {
    take.cache.add(file.path, file.status, known);
    return { mode, oid: known };
  }
  const content = file.link === null ? await readContent(take, file.path) : Buffer.from(file.link);
  if (content === null) return null;
  const oid = blobId(content);
  if (!take.kept.has(oid)) await git.writeBlob({ fs: atomicFs, gitdir: take.repository.store, blob: content });
  take.cache.add(file.path, file.status, oid);
  return { mode, oid };
}

/** Null when the file went away since it was listed. */
async function readContent(take: Take, path: string): Promise<Buffer | null> {
  take.filesRead += 1;
  const content = await readFile(join(take.repository.root, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!content || !take.crlf || content.subarray(0, 8_000).includes(0)) return content;
  return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

/** Windows keeps no executable bit: there the mode is what Git recorded. */
function modeOf(file: WorkFile, recorded: string | undefined): string {
  if (file.link !== null) return '120000';
  if (process.platform === 'win32') return recorded === '100755' ? '100755' : '100644';
  return file.status.mode & 0o100 ? '100755' : '100644';
}

async function writeSnapshot(
  repository: Repository,
  leaves: ReadonlyMap<string, Leaf>,
  options: Pick<SnapshotOptions, 'commit'>,
): Promise<string> {
  const { store, head } = repository;
  const tree = await writeTree(store, leaves);
  const parents = head === null ? [] : [head];
  // The time comes from the base, so that the same tree on the same base is the same commit.
  const timestamp = head === null ? 0 : await committedAt(store, head);
  const nobody = { name: 'Flywheel', email: 'snapshot@flywheel.invalid', timestamp };
  const author = { ...(options.commit?.author ?? nobody), timezoneOffset: 0 };
  const message = `${options.commit?.message ?? `Snapshot of ${repository.branch ?? 'the work tree'} with uncommitted changes`}\n`;
  const commit = { message, tree, parent: parents, author, committer: author };
  return git.writeCommit({ fs: atomicFs, gitdir: store, commit });
}

async function writeTree(store: string, leaves: ReadonlyMap<string, Leaf>): Promise<string> {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, Map<string, Leaf>>();
  for (const [path, leaf] of leaves) {
    const slash = path.indexOf('/');
    if (slash === -1) {
      entries.push({ path, type: 'blob', ...leaf });
      continue;
    }
    const name = path.slice(0, slash);
    const inside = folders.get(name) ?? new Map<string, Leaf>();
    folders.set(name, inside.set(path.slice(slash + 1), leaf));
  }
  for (const [path, inside] of folders) {
    entries.push({ path, type: 'tree', mode: '040000', oid: await writeTree(store, inside) });
  }
  return git.writeTree({ fs: atomicFs, gitdir: store, tree: entries });
}

async function filesOf(store: string, commit: string): Promise<Map<string, Leaf>> {
  const leaves = new Map<string, Leaf>();
  const cache = {};
  const visit = async (oid: string, prefix: string): Promise<void> => {
    const { tree } = await git.readTree({ fs: atomicFs, gitdir: store, oid, cache });
    for (const entry of tree) {
      if (entry.type === 'tree') await visit(entry.oid, `${prefix}${entry.path}/`);
      else leaves.set(`${prefix}${entry.path}`, { mode: entry.mode, oid: entry.oid });
    }
  };
  await visit(commit, '');
  return leaves;
}

function isSame(a: ReadonlyMap<string, Leaf>, b: ReadonlyMap<string, Leaf>): boolean {
  if (a.size !== b.size) return false;
  for (const [path, leaf] of a) {
    const other = b.get(path);
    if (other?.oid !== leaf.oid || other.mode !== leaf.mode) return false;
  }
  return true;
}

function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function committedAt(store: string, oid: string): Promise<number> {
  const { commit } = await git.readCommit({ fs: atomicFs, gitdir: store, oid });
  return commit.committer.timestamp;
}

async function isKept(store: string, commit: string): Promise<boolean> {
  const found = await git.resolveRef({ fs: atomicFs, gitdir: store, ref: snapshotRef(commit) }).catch(() => null);
  return found === commit;
}

/** With `core.autocrlf` Git keeps text with bare line feeds whatever the work tree has. */
async function hasCrlf(repository: Repository): Promise<boolean> {
  if (repository.gitDir === null) return false;
  const value: unknown = await git.getConfig({ fs: atomicFs, gitdir: repository.store, path: 'core.autocrlf' });
  return value === true || value === 'true' || value === 'input';
}
