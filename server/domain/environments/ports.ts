import type {
  EnvironmentBuild,
  EnvironmentCheck,
  EnvironmentDefinition,
  EnvironmentTraits,
  RevisionState,
} from '../../../protocol/model/environment.ts';
import type { DefinitionProblem, ImportedDefinition, TextFile } from '../../../protocol/model/environmentFiles.ts';
import type { ToolDefinition } from '../../../protocol/model/workspace.ts';
import type { BuildOutcome, ComputeBackend } from '../compute/ports.ts';

export type StoredEnvironment = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly defaultRevision: number | null;
};

export type StoredCheck = Omit<EnvironmentCheck, 'changed'> & { readonly lock: string | null };

export type StoredRevision = {
  readonly environmentId: string;
  readonly revision: number;
  readonly definition: EnvironmentDefinition;
  readonly digest: string;
  readonly message: string;
  readonly createdById: string;
  readonly createdAt: number;
  readonly build: EnvironmentBuild;
  readonly runs: number;
  readonly state: RevisionState;
  readonly stateReason: string;
  readonly check: StoredCheck | null;
};

export type RevisionNumber = number | 'latest' | 'current';
type Ref = Pick<StoredRevision, 'environmentId' | 'revision'>;

/** What a revision has only once it is kept. */
type NewRevisionLacks = 'revision' | 'runs' | 'build' | 'state' | 'stateReason' | 'check';

export interface EnvironmentStore {
  environment(id: string): Promise<StoredEnvironment | null>;
  environments(): Promise<readonly StoredEnvironment[]>;
  insertEnvironment(environment: StoredEnvironment): Promise<void>;
  /** Newest first. */
  revisions(environmentId: string): Promise<readonly StoredRevision[]>;
  /** `current` is the default, else the newest that is active, else the newest that is not retired. */
  revision(environmentId: string, revision: RevisionNumber): Promise<StoredRevision | null>;
  /** Its `revision` is one more than the newest; answers it. */
  insertRevision(revision: Omit<StoredRevision, NewRevisionLacks>): Promise<number>;
  /** Of every revision with this digest: they share the build. */
  setBuild(digest: string, build: EnvironmentBuild): Promise<void>;
  setCheck(digest: string, check: StoredCheck | null): Promise<void>;
  setState(ref: Ref, state: Pick<StoredRevision, 'state' | 'stateReason'>): Promise<void>;
  updateEnvironment(id: string, change: Partial<Omit<StoredEnvironment, 'id' | 'createdAt'>>): Promise<void>;
  /** How long the newest runs took from preparing to running, in milliseconds; at most 25. */
  startTimes(ref: Ref): Promise<readonly number[]>;
}

/** Builds revisions on backends, one build a digest however many wait for it. */
export interface EnvironmentBuilds {
  /** The outcome; null when the signal aborted first. A build that nobody waits for any more is cancelled. */
  build(
    revision: Pick<StoredRevision, 'environmentId' | 'revision'>,
    options: { readonly backend: ComputeBackend; readonly signal: AbortSignal },
  ): Promise<BuildOutcome | null>;
  /** The last lines of the build's output. */
  lastOutput(digest: string): Promise<string>;
  /** Forgets builds that a crash of the server cut off. */
  resetInterrupted(): Promise<void>;
  /** Ends the build of this digest for all who wait for it; none is harmless. */
  cancel(digest: string): void;
  /** Cancels what is being built. */
  close(): Promise<void>;
}

/** Reads the files of the ecosystem: what they say, and where they are wrong. */
export interface DefinitionReader {
  /** Errors first; none for what is no dev container. */
  problems(definition: EnvironmentDefinition): Promise<readonly DefinitionProblem[]>;
  /** Throws `DomainError` when nothing in the files says an environment. */
  import(files: readonly TextFile[]): Promise<ImportedDefinition>;
  /** `lock` of its build, when there is one. */
  traits(definition: EnvironmentDefinition, lock: string | null): EnvironmentTraits;
  /** The `.devcontainer` folder that says the same. */
  files(definition: EnvironmentDefinition, name: string): readonly TextFile[];
  /** What it declares under `customizations.flywheel.tools`; one that is written wrongly is left out. */
  tools(definition: EnvironmentDefinition): readonly ToolDefinition[];
}
