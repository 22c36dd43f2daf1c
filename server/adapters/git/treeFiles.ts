/** All files of a commit, folders walked; what is of another repository (a submodule) has no content here. */
import type { TreeEntry } from 'isomorphic-git';
import type { FileKind } from '../../../protocol/model/code.ts';
import type { GitObjects } from './gitObjects.ts';

export type TreeFile = { readonly path: string; readonly id: string; readonly mode: string };

export async function filesOf(objects: GitObjects, commit: string): Promise<readonly TreeFile[]> {
  const files: TreeFile[] = [];
  const visit = async (tree: string, prefix: string): Promise<void> => {
    for (const entry of await objects.tree(tree)) {
      const path = `${prefix}${entry.path}`;
      if (entry.type === 'tree') await visit(entry.oid, `${path}/`);
      else if (entry.type === 'blob') files.push({ path, id: entry.oid, mode: entry.mode });
    }
  };
  await visit((await objects.commit(commit)).tree, '');
  return files;
}

export function kindOf(mode: TreeEntry['mode']): FileKind {
  if (mode === '120000') return 'link';
  return mode === '100755' ? 'executable' : 'file';
}
