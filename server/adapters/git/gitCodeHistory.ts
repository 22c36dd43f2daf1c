/** Many commits of a repository read for one question: trees that commits share are read once. */
import { join } from 'node:path';
import type { CommittedFile } from '../../../protocol/model/code.ts';
import { slug } from '../../../protocol/model/common.ts';
import type { CodeHistory, CodeReader, StoredCommit } from '../../domain/code/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { GitObjects } from './gitObjects.ts';
import { filesOf, kindOf } from './treeFiles.ts';

export class GitCodeHistory implements CodeHistory {
  readonly #folder: string;

  constructor(options: { readonly folder: string }) {
    this.#folder = options.folder;
  }

  open(projectId: string): CodeReader {
    const checked = slug.safeParse(projectId);
    if (!checked.success) throw new DomainError('unsafe-path', 'This is not a project id.', { field: 'projectId' });
    return new Reader(new GitObjects(join(this.#folder, `${checked.data}.git`)));
  }
}

type Entry = { readonly id: string; readonly type: string };

class Reader implements CodeReader {
  readonly #objects: GitObjects;
  /** What lies at a path below a tree, by both. */
  readonly #below = new Map<string, Promise<string | null>>();

  constructor(objects: GitObjects) {
    this.#objects = objects;
  }

  async log(commit: string, limit: number): Promise<readonly StoredCommit[] | null> {
    const first = await this.#commit(commit);
    if (first === null) return null;
    const listed: StoredCommit[] = [];
    const seen = new Set([commit]);
    const waiting = [first];
    for (let next = waiting.shift(); next && listed.length < limit; next = waiting.shift()) {
      listed.push(next);
      for (const parent of next.parents.filter((id) => !seen.has(id))) {
        seen.add(parent);
        const found = await this.#commit(parent);
        if (found) waiting.push(found);
      }
      waiting.sort((a, b) => b.committedAt - a.committedAt);
    }
    return listed;
  }

  async files(commit: string): Promise<readonly CommittedFile[] | null> {
    if ((await this.#commit(commit)) === null) return null;
    const files = await filesOf(this.#objects, commit);
    return files.map(({ path, id, mode }) => ({ path, id, kind: kindOf(mode) }));
  }

  async contentId(commit: string, path: string): Promise<string | null> {
    const root = await this.#objects.commit(commit).catch(() => null);
    return root && this.#at(root.tree, path.split('/'));
  }

  async content(id: string): Promise<Uint8Array> {
    return (await this.#objects.raw(id)).content;
  }

  #at(tree: string, path: readonly string[]): Promise<string | null> {
    const key = `${tree} ${path.join('/')}`;
    const known = this.#below.get(key) ?? this.#find(tree, path);
    this.#below.set(key, known);
    return known;
  }

  async #find(tree: string, [first = '', ...rest]: readonly string[]): Promise<string | null> {
    const entry = await this.#entry(tree, first);
    if (entry?.type !== (rest.length === 0 ? 'blob' : 'tree')) return null;
    return rest.length === 0 ? entry.id : this.#at(entry.id, rest);
  }

  async #entry(tree: string, name: string): Promise<Entry | null> {
    const entry = (await this.#objects.tree(tree)).find(({ path }) => path === name);
    return entry ? { id: entry.oid, type: entry.type } : null;
  }

  async #commit(id: string): Promise<StoredCommit | null> {
    const found = await this.#objects.commit(id).catch(() => null);
    if (found === null) return null;
    return {
      commit: id,
      parents: found.parent,
      subject: (found.message.split('\n', 1)[0] ?? '').slice(0, 500),
      author: found.author.name,
      committedAt: Math.max(0, found.committer.timestamp * 1000),
    };
  }
}
