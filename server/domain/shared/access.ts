/** What other features are given of access: what a caller may see, and tokens for jobs. */
import type { Access } from '../../../protocol/model/access.ts';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Caller } from './call.ts';
import type { Stores } from './store.ts';

/** What a caller may see, for the entries that list over projects. */
export interface Visibility {
  /** Ids of the projects; null means all. */
  visibleProjects(caller: Caller): Promise<readonly string[] | null>;
}

/** Whether somebody may log somewhere: a job's own token may in its project. */
export interface LoggingAccess extends Visibility {
  authorizeLogging(caller: Caller, access: Access, input: unknown): Promise<void>;
  /** The same for a run that the caller's unit of work has read. */
  authorizeLoggingInto(
    stores: Stores,
    request: { readonly caller: Caller; readonly run: StoredRun; readonly role: ProjectRole },
  ): Promise<void>;
}

/** Tokens with which jobs log into their own run. Both work inside the caller's unit of work. */
export interface RunTokens {
  /** The secret of a new one; an earlier one of the run ends. */
  mintRunToken(
    stores: Stores,
    run: { readonly id: string; readonly projectId: string; readonly createdById: string },
  ): Promise<string>;
  removeRunToken(stores: Stores, runId: string): Promise<void>;
}

/** Tokens for the tools inside. Both work inside the caller's unit of work. */
export interface WorkspaceTokens {
  /** A token of the owner that counts in the project alone; an earlier one of the workspace ends. */
  mintWorkspaceToken(
    stores: Stores,
    workspace: { readonly id: string; readonly projectId: string; readonly ownerId: string },
  ): Promise<string>;
  removeWorkspaceToken(stores: Stores, workspaceId: string): Promise<void>;
}
