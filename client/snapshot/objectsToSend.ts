/**
 * Which objects a server lacks of a commit, given the commits it has. Commits
 * are walked newest first until only known ones are left, as Git does it; an
 * object too many is harmless, one too few is not.
 */
import git, { type ReadCommitResult } from 'isomorphic-git';
import { atomicFs } from './atomicFs.ts';

type Walked = { readonly commit: ReadCommitResult; known: boolean };
type Query = {
  readonly store: string;
  readonly tip: string;
  /** The most alike first. */
  readonly has: readonly string[];
  readonly signal: AbortSignal;
};

/** How many of the commits that the server has are looked into for files that need not be sent again. */
const comparedTips = 20;

export async function objectsToSend(query: Query): Promise<readonly string[]> {
  const reader = new ObjectReader(query.store, query.signal);
  const { wanted, border } = await paint(reader, query);
  const seen = new Set<string>();
  for (const tree of border) await reader.collect(tree, seen, null);
  const objects: string[] = [];
  for (const { commit } of wanted) {
    objects.push(commit.oid);
    await reader.collect(commit.commit.tree, seen, objects);
  }
  return objects;
}

class ObjectReader {
  readonly #store: string;
  readonly #signal: AbortSignal;
  readonly #cache = {};

  constructor(store: string, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
  }

  async commit(oid: string): Promise<ReadCommitResult> {
    this.#signal.throwIfAborted();
    return git.readCommit({ fs: atomicFs, gitdir: this.#store, oid, cache: this.#cache });
  }

  /** Adds a tree and what is in it to `seen`, and what was not there before to `fresh`. */
  async collect(oid: string, seen: Set<string>, fresh: string[] | null): Promise<void> {
    if (seen.has(oid)) return;
    seen.add(oid);
    fresh?.push(oid);
    const { tree } = await git.readTree({ fs: atomicFs, gitdir: this.#store, oid, cache: this.#cache });
    for (const entry of tree) {
      if (entry.type === 'tree') await this.collect(entry.oid, seen, fresh);
      else if (entry.type === 'blob' && !seen.has(entry.oid)) {
        seen.add(entry.oid);
        fresh?.push(entry.oid);
      }
    }
  }
}

async function paint(reader: ObjectReader, { tip, has }: Query): Promise<{ wanted: Walked[]; border: Set<string> }> {
  const walked = new Map<string, Walked>();
  const queue: Walked[] = [];
  const meet = async (oid: string, known: boolean): Promise<void> => {
    const before = walked.get(oid);
    if (before && (before.known || !known)) return;
    const met = before ?? { commit: await reader.commit(oid), known };
    met.known = known;
    walked.set(oid, met);
    queue.push(met);
  };
  const onServer = new Set(has);
  const border = new Set<string>();
  for (const oid of has.slice(0, comparedTips)) {
    // What somebody else pushed is not here: it cannot be compared with.
    await meet(oid, true).catch(() => undefined);
    const tree = walked.get(oid)?.commit.commit.tree;
    if (tree) border.add(tree);
  }
  await meet(tip, onServer.has(tip));
  while (queue.some((entry) => !entry.known)) {
    const next = takeNewest(queue);
    if (next.known) border.add(next.commit.commit.tree);
    for (const parent of next.commit.commit.parent) await meet(parent, next.known || onServer.has(parent));
  }
  return { wanted: [...walked.values()].filter((entry) => !entry.known), border };
}

function takeNewest(queue: Walked[]): Walked {
  const time = (entry: Walked) => entry.commit.commit.committer.timestamp;
  const newest = queue.reduce((best, entry) => (time(entry) > time(best) ? entry : best));
  queue.splice(queue.indexOf(newest), 1);
  return newest;
}
