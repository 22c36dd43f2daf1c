/** The files that differ between two snapshots, by the ids of their contents. Pure. */
import type { CodeFile } from '../../../protocol/model/run.ts';

export type CodeChange = { readonly path: string; readonly kind: 'added' | 'modified' | 'deleted' };

export function changesOf(before: readonly CodeFile[], now: readonly CodeFile[]): readonly CodeChange[] {
  const [old, present] = [idsOf(before), idsOf(now)];
  const paths = [...new Set([...old.keys(), ...present.keys()])].sort();
  return paths.flatMap((path): readonly CodeChange[] => {
    if (!old.has(path)) return [{ path, kind: 'added' }];
    if (!present.has(path)) return [{ path, kind: 'deleted' }];
    return old.get(path) === present.get(path) ? [] : [{ path, kind: 'modified' }];
  });
}

function idsOf(files: readonly CodeFile[]): ReadonlyMap<string, string | undefined> {
  return new Map(files.map(({ path, id }) => [path, id]));
}
