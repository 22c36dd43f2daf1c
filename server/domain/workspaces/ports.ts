import type { Duplex } from 'node:stream';
import type { Workspace } from '../../../protocol/model/workspace.ts';
import type { OpenVolume } from '../compute/ports.ts';

/** What of a workspace is computed when it is shown. */
type Shown = 'owner' | 'startedAt' | 'busy' | 'stopsAt' | 'cost' | 'seconds' | 'canOpen' | 'canChange';

export type StoredWorkspace = Omit<Workspace, Shown> & {
  readonly ownerId: string;
  /** Of the tier at the last start; once it is placed, the host of it. */
  readonly backend: string;
  /** The backend that has its folder; null before the first start. */
  readonly folderAt: string | null;
  /** How often it was started: each start is a job of its own. */
  readonly starts: number;
  readonly handle: string | null;
  readonly output: string;
  /** Until then it is not stopped for being idle. */
  readonly keepUntil: number | null;
  /** When it was told that it will be stopped for being idle; null when somebody worked in it since. */
  readonly warnedAt: number | null;
  /** The command line of the run that it debugs. */
  readonly debugCommand: string | null;
  readonly deletedAt: number | null;
};

export type WorkspaceSession = {
  readonly workspaceId: string;
  readonly start: number;
  readonly projectId: string;
  readonly ownerId: string;
  readonly tierId: string;
  readonly pricePerHour: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
};

export type WorkspaceUsage = { readonly seconds: number; readonly cost: number; readonly startedAt: number | null };

export interface WorkspaceStore {
  /** Null also for a deleted one. */
  workspace(id: string): Promise<StoredWorkspace | null>;
  /** Those that run first, then by name; null means of all projects. */
  workspaces(projectIds: readonly string[] | null): Promise<readonly StoredWorkspace[]>;
  /** Those that hold a place of their tier. */
  active(): Promise<readonly StoredWorkspace[]>;
  insertWorkspace(workspace: StoredWorkspace): Promise<void>;
  updateWorkspace(id: string, change: Partial<Omit<StoredWorkspace, 'id'>>): Promise<void>;
  /** The same start again is harmless. */
  startSession(session: Omit<WorkspaceSession, 'endedAt'>): Promise<void>;
  /** Those of the workspace that go on. */
  endSessions(workspaceId: string, at: number): Promise<void>;
  /** What was launched last in a project. */
  newestCommit(projectId: string): Promise<string | null>;
  /** Of all its sessions; those that go on count until `now`. */
  usage(workspaceId: string, now: number): Promise<WorkspaceUsage>;
}

export type SaveRequest = {
  readonly projectId: string;
  readonly workspaceId: string;
  /** The folder to save. */
  readonly folder: string;
  /** What the new commit follows; null for the first one of a folder that began empty. */
  readonly parent: string | null;
  readonly author: { readonly id: string; readonly name: string };
  readonly message: string;
  readonly signal: AbortSignal;
};

export type SavedFolder = {
  /** The parent itself when nothing has changed; null when there is nothing yet. */
  readonly commit: string | null;
  readonly files: number;
  /** Paths that were left out, with why; at most 20. */
  readonly leftOut: readonly string[];
};

/** Keeps work folders as commits under `refs/workspaces/<id>`. */
export interface WorkSaver {
  /** Throws `DomainError` for what nobody can save, as too many files. */
  save(request: SaveRequest): Promise<SavedFolder>;
}

export type ToolConnection = {
  readonly connect: () => Promise<Duplex>;
  readonly basePath: string;
  readonly secret: string;
};

/** Asks the tools that can tell whether something in them works now. */
export interface ToolWatch {
  /** Null where the tool does not tell. */
  isBusy(tool: string, connection: ToolConnection): Promise<boolean | null>;
}

/** Packages that were installed in a workspace beside those of its environment, as `name==version`. */
export interface AddedPackages {
  read(volume: OpenVolume): Promise<readonly string[]>;
}
