import type { CodeRef, LaunchInput, RunReason, RunState, RunUsage } from '../../../protocol/model/run.ts';
import type { Caller } from '../shared/call.ts';

/** What the server keeps of a run. What clients log into it lives in the tracking store under the same id. */
export type StoredRun = {
  readonly id: string;
  readonly projectId: string;
  readonly experimentId: string;
  readonly name: string;
  readonly note: string;
  readonly state: RunState;
  readonly reason: RunReason | null;
  readonly detail: string | null;
  readonly launched: boolean;
  readonly createdById: string;
  /** As shown; a client that only logs may name somebody the server does not know. */
  readonly createdByName: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly deletedAt: number | null;
  readonly exitCode: number | null;
  readonly usage: RunUsage | null;
  readonly launch: StoredLaunch | null;
};

/** Of launched runs only: what was asked for and where it is. */
export type StoredLaunch = {
  readonly command: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly environmentId: string;
  readonly environmentRevision: number;
  readonly tierId: string;
  readonly backend: string;
  readonly pricePerHour: number;
  readonly priority: number;
  readonly code: CodeRef;
  readonly artifacts: readonly string[];
  readonly requestId: string | null;
  /** Known once submitted. */
  readonly handle: string | null;
  readonly stopRequestedAt: number | null;
  readonly stopRequestedById: string | null;
  /** Why it is to stop where nobody asked; null otherwise. */
  readonly stopReason: StopReason | null;
};

/** Why the server itself stops a run. */
export type StopReason = Extract<RunReason, 'pruned' | 'sweep-ended'>;

export type RunChange = Partial<Omit<StoredRun, 'id' | 'projectId' | 'launched' | 'createdAt' | 'launch'>> & {
  readonly launch?: Partial<
    Pick<StoredLaunch, 'handle' | 'backend' | 'stopRequestedAt' | 'stopRequestedById' | 'stopReason'>
  >;
};

export interface RunStore {
  run(id: string): Promise<StoredRun | null>;
  /** Those that there are, in the order of the ids. */
  runsOf(ids: readonly string[]): Promise<readonly StoredRun[]>;
  runByRequest(projectId: string, requestId: string): Promise<StoredRun | null>;
  insertRun(run: StoredRun): Promise<void>;
  updateRun(id: string, change: RunChange): Promise<void>;
  /** Newest first (createdAt, then id). `projectIds` null means all. Deleted ones are left out. */
  runs(query: {
    readonly projectIds: readonly string[] | null;
    readonly states?: readonly RunState[];
    readonly before?: { readonly createdAt: number; readonly id: string };
    readonly limit: number;
  }): Promise<readonly StoredRun[]>;
  /** Launched runs that have not ended, in the order in which they would start: priority, then age. */
  unfinished(): Promise<readonly StoredRun[]>;
  /** The code of a project's launched runs, the oldest first, deleted ones as well. */
  launchedCode(query: {
    readonly projectId: string;
    readonly after: { readonly createdAt: number; readonly id: string };
    readonly limit: number;
  }): Promise<readonly { readonly id: string; readonly createdAt: number; readonly code: CodeRef }[]>;
}

/** Launches for other features, with the same checks as for a person. The same request id launches once. */
export interface RunLaunching {
  /** Throws what a launch would be refused for; answers what it left open. */
  check(
    input: LaunchInput,
    caller: Caller,
  ): Promise<{ readonly experimentId: string; readonly environmentRevision: number }>;
  /** Answers the id of the run. */
  launch(input: LaunchInput, caller: Caller): Promise<string>;
}

/** The output of runs and builds, kept by byte offset with a limit. */
export interface LogStore {
  /** Bytes and gaps received so far. */
  size(id: string): Promise<number>;
  append(
    id: string,
    piece: { readonly kind: 'data'; readonly data: Uint8Array } | { readonly kind: 'gap'; readonly bytes: number },
  ): Promise<void>;
  /** At most `limit` bytes from the offset on; empty at the end. Offsets inside what was dropped answer a gap. */
  read(
    id: string,
    after: number,
    limit: number,
  ): Promise<
    readonly (
      | { readonly kind: 'data'; readonly offset: number; readonly data: Uint8Array }
      | { readonly kind: 'gap'; readonly offset: number; readonly bytes: number }
    )[]
  >;
  remove(id: string): Promise<void>;
}

/** Files that runs produced. Paths were checked; a root is a run's own. */
export interface ArtifactStore {
  /** Streams a file in, all or nothing. Refuses to leave the root. */
  put(root: string, path: string, content: AsyncIterable<Uint8Array>): Promise<{ readonly bytes: number }>;
  /** What lies directly in a folder; empty when there is none. */
  list(
    root: string,
    path: string,
  ): Promise<readonly { readonly path: string; readonly folder: boolean; readonly bytes: number | null }[]>;
  stat(root: string, path: string): Promise<{ readonly bytes: number } | null>;
  read(
    root: string,
    path: string,
    range?: { readonly from: number; readonly bytes: number },
  ): AsyncIterable<Uint8Array>;
  /** Removes a file or folder inside the root, never the root itself. */
  remove(root: string, path: string): Promise<void>;
}

/** Where a file that arrives in parts is going, and by whose key. */
export type OpenUpload = {
  readonly root: string;
  readonly path: string;
  readonly parts: number;
  /** Whoever knows it may send parts: clients send them without their token. */
  readonly key: string;
};

/** Files that arrive in parts, in any order, each again if need be. What is never completed goes away by itself. */
export interface UploadStore {
  begin(target: Omit<OpenUpload, 'key'>): Promise<{ readonly id: string; readonly key: string }>;
  /** Null when there is none, or none any more. */
  upload(id: string): Promise<OpenUpload | null>;
  /** Streams a part in, all or nothing; answers its tag, which changes with its content. */
  putPart(id: string, part: number, content: AsyncIterable<Uint8Array>): Promise<{ readonly etag: string }>;
  /** Makes the file of the parts with these tags, in order, and forgets the upload. */
  complete(id: string, etags: readonly string[]): Promise<{ readonly bytes: number }>;
  abort(id: string): Promise<void>;
}
