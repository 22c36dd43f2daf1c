/** The files of one commit against those of another, as a list for people. */
import type { CodeFileChange } from '../../domain/code/ports.ts';
import { kindOf, type TreeFile } from './treeFiles.ts';

type Comparison = {
  readonly now: readonly TreeFile[];
  readonly before: readonly TreeFile[];
  readonly sizeOf: (id: string) => Promise<number>;
};

export async function compareFiles({ now, before, sizeOf }: Comparison): Promise<readonly CodeFileChange[]> {
  const old = new Map(before.map((file) => [file.path, file]));
  const present = new Set(now.map((file) => file.path));
  const changes: CodeFileChange[] = [];
  for (const file of now) {
    const before = old.get(file.path);
    const change = changeOf(file, before);
    const replaced = change === 'modified' && before ? { baseId: before.id, baseBytes: await sizeOf(before.id) } : {};
    const kind = kindOf(file.mode);
    changes.push({ path: file.path, bytes: await sizeOf(file.id), change, id: file.id, kind, ...replaced });
  }
  for (const file of before) {
    if (present.has(file.path)) continue;
    const kind = kindOf(file.mode);
    changes.push({ path: file.path, bytes: await sizeOf(file.id), change: 'deleted', id: file.id, kind });
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function changeOf(now: TreeFile, before: TreeFile | undefined): CodeFileChange['change'] {
  if (!before) return 'added';
  return before.id === now.id && before.mode === now.mode ? 'same' : 'modified';
}
