/**
 * Reads objects of a repository through isomorphic-git, whole and parsed. The
 * one place where the library's errors and shapes become ours.
 */
import * as fs from 'node:fs';
import type { CommitObject, TreeEntry } from 'isomorphic-git';
import { library } from './library.ts';

export type RawObject = { readonly type: 'commit' | 'tree' | 'blob' | 'tag'; readonly content: Uint8Array };

/** Reads of one operation; what the library keeps of packs is let go with it. */
export class GitObjects {
  readonly #gitDir: string;
  readonly #cache = {};

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  async raw(oid: string): Promise<RawObject> {
    const git = await library();
    const found = await git.readObject({ fs, gitdir: this.#gitDir, oid, format: 'content', cache: this.#cache });
    return { type: found.type as RawObject['type'], content: found.object as Uint8Array };
  }

  async commit(oid: string): Promise<CommitObject> {
    const git = await library();
    return (await git.readCommit({ fs, gitdir: this.#gitDir, oid, cache: this.#cache })).commit;
  }

  async tree(oid: string): Promise<readonly TreeEntry[]> {
    const git = await library();
    return (await git.readTree({ fs, gitdir: this.#gitDir, oid, cache: this.#cache })).tree;
  }

  /** Null for what is not there. */
  async typeOf(oid: string): Promise<RawObject['type'] | null> {
    return this.raw(oid).then(
      (found) => found.type,
      () => null,
    );
  }

  /** The commit that an annotated tag leads to, or the object itself. */
  async peel(oid: string): Promise<string> {
    for (let at = oid, steps = 0; steps < 10; steps += 1) {
      const found = await this.raw(at);
      if (found.type !== 'tag') return at;
      at = /^object ([0-9a-f]{40})/.exec(Buffer.from(found.content).toString('latin1'))?.[1] ?? at;
    }
    return oid;
  }
}

/** The ids that an object names, by reading its bytes; throws on a malformed one. */
export function referencesOf(object: RawObject): readonly string[] {
  if (object.type === 'blob') return [];
  if (object.type === 'tree') return treeReferences(Buffer.from(object.content));
  const text = Buffer.from(object.content).toString('latin1');
  const head = text.split('\n\n', 1)[0] ?? '';
  const ids = [...head.matchAll(/^(?:tree|parent|object) ([0-9a-f]{40})$/gm)].map((match) => match[1] ?? '');
  if (ids.length === 0) throw new Error(`a ${object.type} names no object`);
  return ids;
}

/** Git's own rule for names, and no entry of another repository's commit (a submodule has none of it here). */
function treeReferences(content: Buffer): readonly string[] {
  const ids: string[] = [];
  let at = 0;
  while (at < content.length) {
    const end = content.indexOf(0, at);
    const space = content.indexOf(0x20, at);
    if (end === -1 || space === -1 || space > end || end + 21 > content.length) throw new Error('a tree is malformed');
    const name = content.toString('utf8', space + 1, end);
    if (/^(?:\.{0,2}|\.git)$/i.test(name) || name.includes('/')) throw new Error('a tree has an unsafe name');
    if (content.toString('latin1', at, space) !== '160000') ids.push(content.toString('hex', end + 1, end + 21));
    at = end + 21;
  }
  return ids;
}
