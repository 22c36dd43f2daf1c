/**
 * Repositories as projects tell of them, and how one project's code becomes
 * another's. A copy goes through the same intake as a push, so that nothing
 * gets into a repository unchecked, and has no ref but branches and tags.
 */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { slug } from '../../../protocol/model/common.ts';
import type { DraftRepository, NewCommit, ProjectCode, Ref, RootFile, StoredBranch } from '../../domain/code/ports.ts';
import type { CodeEntry } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { GitObjects } from './gitObjects.ts';
import type { GitRepositoryStore } from './gitRepositoryStore.ts';
import { library } from './library.ts';
import { listRefs } from './refFiles.ts';

export type GitProjectCodeOptions = { readonly folder: string; readonly repositories: GitRepositoryStore };

/** A list of more is no list that a person reads. */
const mostBranches = 200;
const heads = 'refs/heads/';
const modes = { file: '100644', executable: '100755', link: '120000' } as const;

export class GitProjectCode implements ProjectCode {
  readonly #options: GitProjectCodeOptions;

  constructor(options: GitProjectCodeOptions) {
    this.#options = options;
  }

  async branches(projectId: string): Promise<readonly StoredBranch[]> {
    const refs = (await this.#branchRefs(projectId)).slice(0, mostBranches);
    const head = await this.#headRef(projectId);
    const objects = new GitObjects(this.#gitDir(projectId));
    const branches: StoredBranch[] = [];
    for (const ref of refs) branches.push(await describe(objects, ref, ref.name === head?.name));
    return branches.sort(
      (a, b) =>
        Number(b.isDefault) - Number(a.isDefault) || b.committedAt - a.committedAt || (a.name < b.name ? -1 : 1),
    );
  }

  async headCommit(projectId: string): Promise<string | null> {
    return (await this.#headRef(projectId))?.id ?? null;
  }

  async rootFile(projectId: string, commit: string, name: RegExp): Promise<RootFile | null> {
    const objects = new GitObjects(this.#gitDir(projectId));
    const entries = await objects.tree((await objects.commit(commit)).tree);
    const entry = entries.find(({ path, type, mode }) => type === 'blob' && mode !== modes.link && name.test(path));
    return entry ? { path: entry.path, content: (await objects.raw(entry.oid)).content } : null;
  }

  entries(projectId: string, commit: string): AsyncIterable<CodeEntry> {
    return this.#options.repositories.entries(projectId, commit);
  }

  copyHistory(from: string, { start, signal }: CopyOptions): Promise<DraftRepository> {
    return this.#draft(async (draftId) => {
      const { repositories } = this.#options;
      await repositories.ensureRepository(from);
      const own = (await repositories.refs(from)).filter(({ name }) => /^refs\/(heads|tags)\//.test(name));
      const refs = start === null ? own : startedAt(start, own, await this.#headRef(from));
      if (refs.length === 0) return;
      const pack = repositories.pack(from, { wants: refs.map(({ id }) => id), haves: [], signal });
      const updates = refs.map(({ name, id }) => ({ ref: name, from: null, to: id }));
      const report = await repositories.receive(draftId, updates, pack);
      const refused = report.packError ?? report.refs.find(({ error }) => error !== null)?.error ?? null;
      if (refused !== null) throw new DomainError('wrong-state', `The code could not be copied: ${refused}.`);
      await this.#followHead(from, draftId);
    });
  }

  startHistory({ files, message, at, ...commit }: NewCommit): Promise<DraftRepository> {
    return this.#draft(async (draftId) => {
      const git = await library();
      const gitdir = this.#gitDir(draftId);
      const tree = await writeTree(gitdir, files);
      const author = { ...commit.author, timestamp: Math.floor(at / 1000), timezoneOffset: 0 };
      await git.commit({ fs, gitdir, message, tree, author, committer: author, ref: `${heads}main`, parent: [] });
    });
  }

  /** What stands there is empty: whoever asked for the project's code before it came has made it. */
  async adopt({ draftId }: DraftRepository, projectId: string): Promise<void> {
    if ((await this.#branchRefs(projectId)).length > 0) throw new Error(`${projectId} has code already`);
    await rm(this.#gitDir(projectId), { recursive: true, force: true });
    await rename(this.#gitDir(draftId), this.#gitDir(projectId));
  }

  async removeRepository(projectId: string): Promise<void> {
    await rm(this.#gitDir(projectId), { recursive: true, force: true });
  }

  async discard({ draftId }: DraftRepository): Promise<void> {
    await this.removeRepository(draftId);
  }

  async #draft(fill: (draftId: string) => Promise<void>): Promise<DraftRepository> {
    const draft = { draftId: `draft-${randomUUID()}` };
    try {
      await this.#options.repositories.ensureRepository(draft.draftId);
      await fill(draft.draftId);
      return draft;
    } catch (error) {
      await this.discard(draft);
      throw error;
    }
  }

  async #branchRefs(projectId: string): Promise<readonly Ref[]> {
    const refs = await listRefs(this.#gitDir(projectId));
    return refs.filter(({ name }) => name.startsWith(heads));
  }

  /** A branch of another name than HEAD says counts where it is the only one. */
  async #headRef(projectId: string): Promise<Ref | null> {
    const branches = await this.#branchRefs(projectId);
    if (branches.length === 0) return null;
    const head = await this.#options.repositories.head(projectId);
    return branches.find(({ name }) => name === head) ?? (branches.length === 1 ? (branches[0] ?? null) : null);
  }

  async #followHead(from: string, to: string): Promise<void> {
    const head = await this.#headRef(from);
    if (head === null) return;
    const git = await library();
    const target = { fs, gitdir: this.#gitDir(to), ref: 'HEAD', value: head.name };
    await git.writeRef({ ...target, symbolic: true, force: true });
  }

  #gitDir(projectId: string): string {
    const checked = slug.safeParse(projectId);
    if (!checked.success) throw new DomainError('unsafe-path', 'This is not a project id.', { field: 'projectId' });
    return join(this.#options.folder, `${checked.data}.git`);
  }
}

type CopyOptions = Parameters<ProjectCode['copyHistory']>[1];

/** The refs of a copy whose default branch begins elsewhere. */
function startedAt(start: string, refs: readonly Ref[], head: Ref | null): readonly Ref[] {
  const first = { name: head?.name ?? `${heads}main`, id: start };
  const others = refs.filter(({ name }) => name !== first.name);
  const upstream = `${heads}upstream`;
  const keepsHead = head !== null && head.id !== start && !others.some(({ name }) => name === upstream);
  return [first, ...others, ...(keepsHead ? [{ name: upstream, id: head.id }] : [])];
}

async function describe(objects: GitObjects, ref: Ref, isDefault: boolean): Promise<StoredBranch> {
  const { message, committer, author } = await objects.commit(ref.id);
  return {
    name: ref.name.slice(heads.length),
    commit: ref.id,
    committedAt: Math.max(0, committer.timestamp * 1000),
    subject: (message.split('\n', 1)[0] ?? '').slice(0, 500),
    author: author.name,
    isDefault,
  };
}

type Folder = { readonly files: Map<string, CodeEntry>; readonly folders: Map<string, Folder> };

async function writeTree(gitdir: string, files: readonly CodeEntry[]): Promise<string> {
  const root: Folder = { files: new Map(), folders: new Map() };
  for (const file of files) place(root, file.path.split('/'), file);
  return writeFolder(gitdir, root);
}

function place(folder: Folder, [first = '', ...rest]: readonly string[], file: CodeEntry): void {
  if (rest.length === 0) {
    folder.files.set(first, file);
    return;
  }
  const inner = folder.folders.get(first) ?? { files: new Map(), folders: new Map() };
  folder.folders.set(first, inner);
  place(inner, rest, file);
}

async function writeFolder(gitdir: string, { files, folders }: Folder): Promise<string> {
  const git = await library();
  const tree: { mode: string; path: string; oid: string; type: 'blob' | 'tree' }[] = [];
  for (const [path, { kind, content }] of files) {
    tree.push({ mode: modes[kind], path, oid: await git.writeBlob({ fs, gitdir, blob: content }), type: 'blob' });
  }
  for (const [path, inner] of folders) {
    tree.push({ mode: '040000', path, oid: await writeFolder(gitdir, inner), type: 'tree' });
  }
  return git.writeTree({ fs, gitdir, tree });
}
