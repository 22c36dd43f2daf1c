/**
 * Saves the folder of a workspace as a commit under its own ref, one save of a
 * workspace at a time. A save that fails is noted where people see it and
 * stops nothing: the folder itself is still there.
 */
import type { Person } from '../../../protocol/model/common.ts';
import { messageOf } from '../shared/errors.ts';
import { personOf } from '../shared/people.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { SavedFolder, StoredWorkspace } from './ports.ts';
import { openFolder } from './workspaceFolder.ts';

type Dependencies = Pick<WorkspaceDependencies, 'store' | 'clock' | 'feed' | 'log' | 'backends' | 'saver'>;

export type SaveOptions = { readonly message: string; readonly signal: AbortSignal };

export class WorkSaves {
  readonly #deps: Dependencies;
  readonly #saving = new Map<string, Promise<void>>();

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** One that goes on is waited for, and another made: it may have missed the newest change. */
  async save(workspaceId: string, options: SaveOptions): Promise<void> {
    const before = this.#saving.get(workspaceId) ?? Promise.resolve();
    const mine = before.then(() => this.#save(workspaceId, options));
    this.#saving.set(workspaceId, mine);
    await mine.finally(() => {
      if (this.#saving.get(workspaceId) === mine) this.#saving.delete(workspaceId);
    });
  }

  async #save(workspaceId: string, options: SaveOptions): Promise<void> {
    const workspace = await this.#deps.store.read(({ workspaces }) => workspaces.workspace(workspaceId));
    if (workspace === null) return;
    try {
      const saved = await this.#write(workspace, options);
      if (saved !== null) await this.#keep(workspace, saved);
    } catch (error) {
      if (options.signal.aborted) return;
      this.#deps.log.warn('A workspace could not be saved', { workspaceId, error: messageOf(error) });
      await this.#note(workspace, `Not saved: ${messageOf(error)}`);
    }
  }

  async #write(workspace: StoredWorkspace, { message, signal }: SaveOptions): Promise<SavedFolder | null> {
    const { id: workspaceId, projectId, ownerId, savedCommit, baseCommit } = workspace;
    await using volume = await openFolder(this.#deps, workspace);
    if (volume === null) return null;
    const author: Person = await this.#deps.store.read((stores) => personOf(stores, ownerId));
    const parent = savedCommit ?? baseCommit;
    return this.#deps.saver.save({ projectId, workspaceId, folder: volume.work, parent, author, message, signal });
  }

  async #keep(workspace: StoredWorkspace, { commit, files, leftOut }: SavedFolder): Promise<void> {
    const { store, clock, feed } = this.#deps;
    const saveProblem = leftOut.length === 0 ? null : `Left out of the save: ${leftOut.join('; ')}`;
    const isSame = commit === (workspace.savedCommit ?? workspace.baseCommit);
    const at = clock.now();
    await store.write(async ({ workspaces, events }) => {
      await workspaces.updateWorkspace(workspace.id, { savedCommit: commit, savedAt: at, saveProblem });
      if (isSame) return;
      const subject = { projectId: workspace.projectId, workspaceId: workspace.id };
      await events.append({ type: 'workspace.saved', actor: null, subject, detail: { commit, files }, at });
    });
    if (!isSame) feed.committed();
  }

  async #note({ id, projectId, saveProblem: before }: StoredWorkspace, saveProblem: string): Promise<void> {
    if (before === saveProblem) return;
    const { store, clock, feed } = this.#deps;
    await store.write(async ({ workspaces, events }) => {
      await workspaces.updateWorkspace(id, { saveProblem });
      const subject = { projectId, workspaceId: id };
      await events.append({
        type: 'workspace.updated',
        actor: null,
        subject,
        detail: { saveProblem },
        at: clock.now(),
      });
    });
    feed.committed();
  }
}
