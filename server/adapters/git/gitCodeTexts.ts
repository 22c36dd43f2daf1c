/** Trees and contents of repositories for the search: by ids, each read once, no path of the disk among them. */

import * as fs from 'node:fs';
import { join } from 'node:path';
import { slug } from '../../../protocol/model/common.ts';
import type { CodeTexts, MissingFile } from '../../domain/search/ports.ts';
import { GitObjects } from './gitObjects.ts';
import { library } from './library.ts';
import { listRefs } from './refFiles.ts';

export class GitCodeTexts implements CodeTexts {
  readonly #folder: string;
  /** What was last read from: of the files of one commit most lie in the same pack. */
  #last: { readonly projectId: string; readonly objects: GitObjects; readonly until: number } | null = null;

  constructor(options: { readonly folder: string }) {
    this.#folder = options.folder;
  }

  /** A branch of another name than HEAD says counts where it is the only one. */
  async headCommit(projectId: string): Promise<string | null> {
    const gitdir = this.#gitDir(projectId);
    if (gitdir === null) return null;
    const refs = await listRefs(gitdir).catch(() => []);
    const branches = refs.filter(({ name }) => name.startsWith('refs/heads/'));
    if (branches.length === 0) return null;
    const git = await library();
    const head = await git.resolveRef({ fs, gitdir, ref: 'HEAD', depth: 2 }).catch(() => null);
    return (
      (branches.find(({ name }) => name === head) ?? (branches.length === 1 ? branches[0] : undefined))?.id ?? null
    );
  }

  async listFiles(projectId: string, commit: string, limit: number): Promise<readonly MissingFile[] | null> {
    const objects = this.#objects(projectId);
    if (objects === null) return null;
    const root = await objects.commit(commit).catch(() => null);
    if (root === null) return null;
    return firstFiles(objects, root.tree, limit);
  }

  async content(projectId: string, blob: string, largest: number): Promise<Uint8Array | null> {
    const found = await this.#objects(projectId)
      ?.raw(blob)
      .catch(() => null);
    return found?.type === 'blob' && found.content.length <= largest ? found.content : null;
  }

  /** The library keeps packs that it opened: let go after a while, as a repack takes them away. */
  #objects(projectId: string): GitObjects | null {
    const gitDir = this.#gitDir(projectId);
    if (gitDir === null) return null;
    const now = performance.now();
    if (this.#last?.projectId !== projectId || this.#last.until < now) {
      this.#last = { projectId, objects: new GitObjects(gitDir), until: now + 5000 };
    }
    return this.#last.objects;
  }

  #gitDir(projectId: string): string | null {
    const checked = slug.safeParse(projectId);
    return checked.success ? join(this.#folder, `${checked.data}.git`) : null;
  }
}

type Folder = { readonly tree: string; readonly prefix: string };

async function firstFiles(objects: GitObjects, root: string, limit: number): Promise<readonly MissingFile[]> {
  const files: MissingFile[] = [];
  const folders: Folder[] = [{ tree: root, prefix: '' }];
  for (let folder = folders.pop(); folder && files.length < limit; folder = folders.pop()) {
    const { tree, prefix } = folder;
    const entries = (await objects.tree(tree)).map((entry) => ({ ...entry, path: `${prefix}${entry.path}` }));
    folders.push(
      ...entries.filter(({ type }) => type === 'tree').map(({ path, oid }) => ({ tree: oid, prefix: `${path}/` })),
    );
    const blobs = entries.filter(({ type, mode }) => type === 'blob' && mode !== '120000');
    files.push(...blobs.map(({ path, oid }) => ({ path, blob: oid })));
  }
  return files.slice(0, limit);
}
