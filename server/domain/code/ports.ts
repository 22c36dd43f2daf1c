/** Code of projects: bare Git repositories on the server. */
import type { CommittedFile, FileKind } from '../../../protocol/model/code.ts';
import type { CodeEntry } from '../compute/ports.ts';

export type CodeFileChange = {
  readonly path: string;
  readonly bytes: number;
  readonly change: 'same' | 'added' | 'modified' | 'deleted';
  /** Of its content; of a deleted file, of what the base has. */
  readonly id?: string;
  readonly kind?: FileKind;
  readonly baseId?: string;
  readonly baseBytes?: number;
};

export interface CodeStore {
  /** Creates the project's bare repository if it is not there. */
  ensureRepository(projectId: string): Promise<void>;
  hasCommit(projectId: string, commit: string): Promise<boolean>;
  /** All files of a commit; a link that leaves the tree throws `unsafe-path`. */
  entries(projectId: string, commit: string): AsyncIterable<CodeEntry>;
  /** The files of a commit against a base; deleted ones are listed too. */
  files(projectId: string, commit: string, base: string | null): Promise<readonly CodeFileChange[]>;
  /** Content of one file; null when the commit has none there. */
  file(projectId: string, commit: string, path: string): Promise<Uint8Array | null>;
  /** Keeps a commit reachable under `refs/flywheel/runs/<runId>`. */
  pin(projectId: string, runId: string, commit: string): Promise<void>;
  /** The commit of the main branch, else of the branch that sorts first; null when there is no branch. */
  branchTip(projectId: string): Promise<string | null>;
}

/** A branch, tag or other name and the object it stands for. */
export type Ref = { readonly name: string; readonly id: string };

/** A change of a ref that a client asks for; null is "does not exist". */
export type RefUpdate = {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Only to a commit that has the present one among its ancestors. */
  readonly fastForwardOnly?: true;
};

export type ReceiveReport = {
  /** Why the pack was refused as a whole, in one line; null when it was taken. */
  readonly packError: string | null;
  /** Files in it that only point to data kept by Git LFS, which no repository here has. */
  readonly lfsPointers: number;
  readonly refs: readonly { readonly ref: string; readonly error: string | null }[];
};

export type StoredBranch = {
  readonly name: string;
  readonly commit: string;
  readonly committedAt: number;
  readonly subject: string;
  readonly author: string;
  readonly isDefault: boolean;
};

export type NewCommit = {
  readonly files: readonly CodeEntry[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly at: number;
};

/** What projects are told of by their repositories, and how one project's code becomes another's. */
export interface ProjectCode {
  /** The default branch first, then by time of the newest commit. */
  branches(projectId: string): Promise<readonly StoredBranch[]>;
  /** The commit of the default branch; null when nothing was pushed. */
  headCommit(projectId: string): Promise<string | null>;
  /** A file at the root of a commit whose name matches; null when there is none. */
  rootFile(projectId: string, commit: string, name: RegExp): Promise<RootFile | null>;
  /** All files of a commit; a link that leaves the tree throws `unsafe-path`. */
  entries(projectId: string, commit: string): AsyncIterable<CodeEntry>;
  /**
   * A draft with the branches and tags of a project, all that they reach, and nothing else. Its default branch is at
   * `start` where that is given; that of the project is then `upstream`.
   */
  copyHistory(
    from: string,
    options: { readonly start: string | null; readonly signal: AbortSignal },
  ): Promise<DraftRepository>;
  /** A draft with a first commit on its default branch. */
  startHistory(commit: NewCommit): Promise<DraftRepository>;
  /** Makes a draft the repository of a project that has no code yet. */
  adopt(draft: DraftRepository, projectId: string): Promise<void>;
  /** With all that is in it. */
  removeRepository(projectId: string): Promise<void>;
  /** Whether it was adopted or not: nothing of it is left under its own name. */
  discard(draft: DraftRepository): Promise<void>;
}

/** A repository that is no project's yet. */
export type DraftRepository = { readonly draftId: string };

export type RootFile = { readonly path: string; readonly content: Uint8Array };

/** The same repositories as a Git wire needs them. */
export interface GitRepositories {
  /** Creates the project's bare repository if it is not there. */
  ensureRepository(projectId: string): Promise<void>;
  /** All refs, by name. */
  refs(projectId: string): Promise<readonly Ref[]>;
  /** The full name of the branch that HEAD stands for. */
  head(projectId: string): Promise<string | null>;
  /** Takes a pack, checks it whole, and only then moves refs, each if it still is where the client saw it. */
  receive(
    projectId: string,
    updates: readonly RefUpdate[],
    pack: AsyncIterable<Uint8Array> | null,
  ): Promise<ReceiveReport>;
  hasObject(projectId: string, id: string): Promise<boolean>;
  /** A pack of what `wants` reach and `haves` do not. */
  pack(
    projectId: string,
    query: { readonly wants: readonly string[]; readonly haves: readonly string[]; readonly signal: AbortSignal },
  ): AsyncIterable<Uint8Array>;
}

/** A commit as it is listed. */
export type StoredCommit = {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly subject: string;
  readonly author: string;
  readonly committedAt: number;
};

/** Many versions of a project's files, read in one go. */
export interface CodeHistory {
  open(projectId: string): CodeReader;
}

/** What it has read of the repository is kept as long as it is: for one answer. */
export interface CodeReader {
  /** A commit and those that it follows, newest first; null when there is no such commit. */
  log(commit: string, limit: number): Promise<readonly StoredCommit[] | null>;
  /** Null when there is no such commit. */
  files(commit: string): Promise<readonly CommittedFile[] | null>;
  /** The id of a file's content; null when there is no such commit, or no such file in it. */
  contentId(commit: string, path: string): Promise<string | null>;
  content(id: string): Promise<Uint8Array>;
}
