/**
 * A commit in a repository on this machine: for runs that were logged from
 * code that no server ever had. It only reads.
 */
import git from 'isomorphic-git';
import { atomicFs } from './atomicFs.ts';
import { openRepository } from './repository.ts';

export type LocalCommit = {
  /** Ids of contents by path. */
  readonly files: ReadonlyMap<string, string>;
  read(id: string): Promise<Uint8Array>;
};

/** In the first of the folders whose repository has it; null when none does. */
export async function findLocalCommit(folders: readonly string[], commit: string): Promise<LocalCommit | null> {
  for (const folder of folders) {
    const { store, gitDir } = await openRepository(folder);
    if (gitDir === null) continue;
    const found = await git.readCommit({ fs: atomicFs, gitdir: store, oid: commit }).catch(() => null);
    if (found) return readCommit(store, found.commit.tree);
  }
  return null;
}

async function readCommit(store: string, tree: string): Promise<LocalCommit> {
  const files = new Map<string, string>();
  const cache = {};
  const visit = async (oid: string, prefix: string): Promise<void> => {
    const { tree: entries } = await git.readTree({ fs: atomicFs, gitdir: store, oid, cache });
    for (const entry of entries) {
      if (entry.type === 'tree') await visit(entry.oid, `${prefix}${entry.path}/`);
      else if (entry.type === 'blob') files.set(`${prefix}${entry.path}`, entry.oid);
    }
  };
  await visit(tree, '');
  const read = async (oid: string) => (await git.readBlob({ fs: atomicFs, gitdir: store, oid })).blob;
  return { files, read };
}
