/** The files of several runs as one list a folder: which runs have each, and whether their sizes differ. Pure. */
import type { Artifact } from '../../../protocol/model/run.ts';

export type UnionItem = {
  readonly path: string;
  readonly folder: boolean;
  /** By run, in the order of the runs; undefined where it is missing, null for a folder. */
  readonly sizes: readonly (number | null | undefined)[];
};

export function unionOf(lists: readonly (readonly Artifact[])[]): readonly UnionItem[] {
  const paths = new Map<string, boolean>();
  for (const item of lists.flat()) paths.set(item.path, (paths.get(item.path) ?? false) || item.folder);
  const items = [...paths].map(([path, folder]) => ({
    path,
    folder,
    sizes: lists.map((list) => list.find((item) => item.path === path)?.bytes),
  }));
  return items.sort(
    (a, b) => Number(b.folder) - Number(a.folder) || a.path.localeCompare(b.path, 'en', { numeric: true }),
  );
}

/** Equal sizes say nothing of the content. */
export function wordsOf({ sizes, folder }: UnionItem): string {
  const present = sizes.filter((size) => size !== undefined);
  const where = present.length === sizes.length ? '' : `in ${present.length} of ${sizes.length}`;
  const differ = !folder && new Set(present).size > 1 ? 'sizes differ' : '';
  return [where, differ].filter((word) => word !== '').join(', ');
}
