/** What differs between two sides of code, by the ids of contents: no file is read for it. Pure. */
export type Change = { readonly path: string; readonly kind: 'added' | 'modified' | 'deleted' };

export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly Change[] {
  const changes: Change[] = [];
  for (const [path, id] of after) {
    const old = before.get(path);
    if (old === undefined) changes.push({ path, kind: 'added' });
    else if (old !== id) changes.push({ path, kind: 'modified' });
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push({ path, kind: 'deleted' });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}
