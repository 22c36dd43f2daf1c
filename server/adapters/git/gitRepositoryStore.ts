/**
 * The code of projects as bare Git repositories on disk, through isomorphic-git,
 * so that no `git` binary is needed. It gives out only objects that were
 * checked when they came, and no path that leaves the tree.
 */
import * as fs from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isSafeLinkTarget, isSafeRelativePath, slug } from '../../../protocol/model/common.ts';
import type {
  CodeFileChange,
  CodeStore,
  GitRepositories,
  ReceiveReport,
  Ref,
  RefUpdate,
} from '../../domain/code/ports.ts';
import type { CodeEntry } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { Turns } from '../../domain/shared/turns.ts';
import { compareFiles } from './compareFiles.ts';
import { GitObjects } from './gitObjects.ts';
import { library } from './library.ts';
import { ObjectIds } from './objectIds.ts';
import { BadPack } from './packScan.ts';
import { packStream } from './packStream.ts';
import { reachable } from './reachable.ts';
import { emptyQuarantine, receivePack } from './receivePack.ts';
import { listRefs, moveRef, writeRef } from './refFiles.ts';
import { filesOf, kindOf } from './treeFiles.ts';

export class GitRepositoryStore implements CodeStore, GitRepositories {
  readonly #folder: string;
  /** Refs move one after the other in a repository; packs unfold one after the other at all. */
  readonly #refTurns = new Map<string, Turns>();
  readonly #packTurns = new Turns();
  readonly #cleaned = new Map<string, Promise<void>>();

  constructor(options: { readonly folder: string }) {
    this.#folder = options.folder;
  }

  async ensureRepository(projectId: string): Promise<void> {
    const gitDir = this.#gitDir(projectId);
    if (await this.exists(projectId)) return;
    const git = await library();
    await this.#turnsOf(projectId).run(() =>
      git.init({ fs, gitdir: gitDir, dir: gitDir, bare: true, defaultBranch: 'main' }),
    );
  }

  async exists(projectId: string): Promise<boolean> {
    return slug.safeParse(projectId).success && isThere(join(this.#gitDir(projectId), 'HEAD'));
  }

  async hasCommit(projectId: string, commit: string): Promise<boolean> {
    return (await new GitObjects(this.#gitDir(projectId)).typeOf(commit)) === 'commit';
  }

  async hasObject(projectId: string, id: string): Promise<boolean> {
    return new ObjectIds(this.#gitDir(projectId)).has(id);
  }

  async *entries(projectId: string, commit: string): AsyncGenerator<CodeEntry> {
    const objects = await this.#open(projectId, commit);
    for (const file of await filesOf(objects, commit)) {
      if (!isSafeRelativePath(file.path)) throw unsafePath(file.path);
      const { content } = await objects.raw(file.id);
      if (file.mode === '120000' && !isSafeLinkTarget(file.path, Buffer.from(content).toString('utf8'))) {
        throw unsafePath(file.path);
      }
      yield { path: file.path, kind: kindOf(file.mode), content };
    }
  }

  async files(projectId: string, commit: string, base: string | null): Promise<readonly CodeFileChange[]> {
    const objects = await this.#open(projectId, commit);
    const now = await filesOf(objects, commit);
    const before = base === null ? [] : await filesOf(objects, base).catch(() => []);
    return compareFiles({ now, before, sizeOf: async (id) => (await objects.raw(id)).content.length });
  }

  async file(projectId: string, commit: string, path: string): Promise<Uint8Array | null> {
    if (path === '' || !isSafeRelativePath(path)) return null;
    const objects = await this.#open(projectId, commit);
    let tree = (await objects.commit(commit)).tree;
    const parts = path.split('/');
    for (const [index, part] of parts.entries()) {
      const entry = (await objects.tree(tree)).find((candidate) => candidate.path === part);
      const isLast = index === parts.length - 1;
      if (entry?.type !== (isLast ? 'blob' : 'tree')) return null;
      tree = entry.oid;
    }
    return (await objects.raw(tree)).content;
  }

  async pin(projectId: string, runId: string, commit: string): Promise<void> {
    await writeRef(this.#gitDir(projectId), `refs/flywheel/runs/${runId}`, commit);
  }

  async branchTip(projectId: string): Promise<string | null> {
    const branches = (await this.refs(projectId)).filter(({ name }) => name.startsWith('refs/heads/'));
    const main = await this.head(projectId);
    return (branches.find(({ name }) => name === main) ?? branches[0])?.id ?? null;
  }

  async refs(projectId: string): Promise<readonly Ref[]> {
    return listRefs(this.#gitDir(projectId));
  }

  async head(projectId: string): Promise<string | null> {
    const gitdir = this.#gitDir(projectId);
    const git = await library();
    return (await git.resolveRef({ fs, gitdir, ref: 'HEAD', depth: 2 }).catch(() => null)) ?? null;
  }

  async receive(
    projectId: string,
    updates: readonly RefUpdate[],
    pack: AsyncIterable<Uint8Array> | null,
  ): Promise<ReceiveReport> {
    const gitDir = this.#gitDir(projectId);
    await this.#cleanedOnce(projectId);
    const tips = updates.flatMap(({ to }) => to ?? []);
    let lfsPointers = 0;
    try {
      if (pack) {
        const exclusively = <T>(work: () => Promise<T>) => this.#packTurns.run(work);
        ({ lfsPointers } = await receivePack({ gitDir, pack, tips, exclusively }));
      }
    } catch (error) {
      if (!(error instanceof BadPack)) throw error;
      return {
        packError: error.message,
        lfsPointers,
        refs: updates.map(({ ref }) => ({ ref, error: 'unpacker error' })),
      };
    }
    return { packError: null, lfsPointers, refs: await this.#turnsOf(projectId).run(() => moveAll(gitDir, updates)) };
  }

  async *pack(
    projectId: string,
    query: { readonly wants: readonly string[]; readonly haves: readonly string[]; readonly signal: AbortSignal },
  ): AsyncGenerator<Uint8Array> {
    const objects = new GitObjects(this.#gitDir(projectId));
    yield* packStream(objects, await reachable(objects, query), query.signal);
  }

  /** The id was checked where it came in; a path must not depend on that. */
  #gitDir(projectId: string): string {
    const checked = slug.safeParse(projectId);
    if (!checked.success) throw new DomainError('unsafe-path', 'This is not a project id.', { field: 'projectId' });
    return join(this.#folder, `${checked.data}.git`);
  }

  async #open(projectId: string, commit: string): Promise<GitObjects> {
    const objects = new GitObjects(this.#gitDir(projectId));
    if ((await objects.typeOf(commit)) === 'commit') return objects;
    throw new DomainError('not-found', `The project's repository has no commit ${commit}.`, {
      field: 'code.commit',
      remedy: 'Push it first; a launch from VS Code or with `flywheel runs launch` does so.',
    });
  }

  /** Before the first pack of this process, so that it takes nobody's quarantine away. */
  #cleanedOnce(projectId: string): Promise<void> {
    const cleaned = this.#cleaned.get(projectId) ?? emptyQuarantine(this.#gitDir(projectId));
    this.#cleaned.set(projectId, cleaned);
    return cleaned;
  }

  #turnsOf(projectId: string): Turns {
    const turns = this.#refTurns.get(projectId) ?? new Turns();
    this.#refTurns.set(projectId, turns);
    return turns;
  }
}

async function moveAll(gitDir: string, updates: readonly RefUpdate[]): Promise<ReceiveReport['refs']> {
  const present = new ObjectIds(gitDir);
  const moved: { ref: string; error: string | null }[] = [];
  for (const update of updates) {
    const missing = update.to !== null && !(await present.has(update.to));
    const error = missing ? 'missing necessary objects' : await refuseRewrite(gitDir, update);
    moved.push({ ref: update.ref, error: error ?? (await moveRef(gitDir, update)) });
  }
  return moved;
}

/** Why this may not be: the new commit would leave out what the branch has. */
async function refuseRewrite(gitdir: string, { from, to, fastForwardOnly }: RefUpdate): Promise<string | null> {
  if (!fastForwardOnly || from === null || to === null || from === to) return null;
  const git = await library();
  const follows = await git.isDescendent({ fs, gitdir, oid: to, ancestor: from, depth: -1 }).catch(() => false);
  return follows ? null : 'protected branch: a push must not rewrite its history (non-fast-forward)';
}

function unsafePath(path: string): DomainError {
  return new DomainError('unsafe-path', `${JSON.stringify(path)} leaves the snapshot or is no safe name.`, {
    field: 'code',
    remedy: 'Remove or rename it and launch again.',
  });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
