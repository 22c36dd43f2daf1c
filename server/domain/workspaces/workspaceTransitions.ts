/**
 * Writes what happens to workspaces: the change that the reducer allows, its
 * event and what goes with it, in one unit of work. Nothing else writes a
 * workspace's state.
 */
import type { Person } from '../../../protocol/model/common.ts';
import { isActive } from '../../../protocol/model/workspace.ts';
import type { Stores } from '../shared/store.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { StoredWorkspace } from './ports.ts';
import { reduceWorkspace, type WorkspaceChange, type WorkspaceEvent } from './workspaceReducer.ts';

export type Transition = {
  /** Who did it; null for the server itself. */
  readonly actor?: Person | null;
  /** Written with the change, if there is one. */
  readonly also?: (stores: Stores, workspace: StoredWorkspace) => Promise<WorkspaceChange | undefined>;
};

type Dependencies = Pick<WorkspaceDependencies, 'store' | 'clock' | 'feed' | 'tokens'>;

export class WorkspaceTransitions {
  readonly #deps: Dependencies;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** Whether the event counted. */
  async apply(workspaceId: string, event: WorkspaceEvent, options: Transition = {}): Promise<boolean> {
    const counted = await this.#deps.store.write(async (stores) => {
      const workspace = await stores.workspaces.workspace(workspaceId);
      const change = workspace && reduceWorkspace(workspace, event);
      if (!workspace || !change) return false;
      const also = (await options.also?.(stores, workspace)) ?? {};
      await stores.workspaces.updateWorkspace(workspaceId, { ...change, ...also });
      await this.#ended(stores, workspace, change);
      await this.#tell(stores, workspace, { change, actor: options.actor ?? null });
      return true;
    });
    if (counted) this.#deps.feed.committed();
    return counted;
  }

  async #ended(stores: Stores, workspace: StoredWorkspace, { state }: WorkspaceChange): Promise<void> {
    if (state === undefined || isActive(state)) return;
    await stores.workspaces.endSessions(workspace.id, this.#deps.clock.now());
    await this.#deps.tokens.removeWorkspaceToken(stores, workspace.id);
  }

  async #tell(
    stores: Stores,
    workspace: StoredWorkspace,
    { change, actor }: { readonly change: WorkspaceChange; readonly actor: Person | null },
  ): Promise<void> {
    const { state: from, projectId, id: workspaceId } = workspace;
    const to = change.state ?? from;
    await stores.events.append({
      type: to === from ? 'workspace.updated' : 'workspace.state-changed',
      actor,
      subject: { projectId, workspaceId },
      detail: { from, to, name: toldName(workspace), ownerId: workspace.ownerId },
      at: this.#deps.clock.now(),
    });
  }
}

/** Everyone in the project reads events: a private workspace is named to no one there. */
export function toldName({ sharing, name }: Pick<StoredWorkspace, 'sharing' | 'name'>): string | null {
  return sharing === 'private' ? null : name;
}
