/** Which objects some commits reach and others do not: what a fetch has to send. */
import type { GitObjects } from './gitObjects.ts';

export async function reachable(
  objects: GitObjects,
  query: { readonly wants: readonly string[]; readonly haves: readonly string[]; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const known = new Set<string>();
  for (const id of query.haves) await addHistory(objects, { id, into: known, signal: query.signal });
  const found = new Set<string>();
  for (const id of query.wants) await addTag(objects, id, found);
  const commits = new Set(known);
  for (const id of query.wants) {
    await addHistory(objects, { id: await objects.peel(id), into: commits, signal: query.signal });
  }
  const seen = new Set<string>();
  for (const id of query.haves) await addTree(objects, await treeOf(objects, id), seen);
  for (const id of commits) {
    if (known.has(id)) continue;
    found.add(id);
    for (const inTree of await newInTree(objects, await treeOf(objects, id), seen)) found.add(inTree);
  }
  return [...found];
}

/** Annotated tags are objects of their own on the way to their commit. */
async function addTag(objects: GitObjects, id: string, found: Set<string>): Promise<void> {
  if ((await objects.typeOf(id)) === 'tag') found.add(id);
}

type History = { readonly id: string; readonly into: Set<string>; readonly signal: AbortSignal };

async function addHistory(objects: GitObjects, { id, into, signal }: History): Promise<void> {
  const queue = [id];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (into.has(next)) continue;
    signal.throwIfAborted();
    into.add(next);
    queue.push(...(await objects.commit(next)).parent);
  }
}

async function treeOf(objects: GitObjects, commit: string): Promise<string> {
  return (await objects.commit(commit)).tree;
}

async function newInTree(objects: GitObjects, tree: string, seen: Set<string>): Promise<readonly string[]> {
  const fresh: string[] = [];
  await addTree(objects, tree, { has: (id) => seen.has(id), add: (id) => fresh.push(id) && seen.add(id) });
  return fresh;
}

type Marks = { has(id: string): boolean; add(id: string): unknown };

async function addTree(objects: GitObjects, tree: string, marks: Marks): Promise<void> {
  if (marks.has(tree)) return;
  marks.add(tree);
  for (const entry of await objects.tree(tree)) {
    if (entry.type === 'tree') await addTree(objects, entry.oid, marks);
    else if (entry.type === 'blob' && !marks.has(entry.oid)) marks.add(entry.oid);
  }
}
