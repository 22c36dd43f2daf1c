import type { EnvironmentBuild, EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { BuildOutcome, ComputeBackend } from '../compute/ports.ts';

export type StoredEnvironment = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
};

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
};

export interface EnvironmentStore {
  environment(id: string): Promise<StoredEnvironment | null>;
  environments(): Promise<readonly StoredEnvironment[]>;
  insertEnvironment(environment: StoredEnvironment): Promise<void>;
  /** Newest first. */
  revisions(environmentId: string): Promise<readonly StoredRevision[]>;
  revision(environmentId: string, revision: number | 'latest'): Promise<StoredRevision | null>;
  /** Its `revision` is one more than the newest; answers it. */
  insertRevision(revision: Omit<StoredRevision, 'revision' | 'runs' | 'build'>): Promise<number>;
  /** Of every revision with this digest: they share the build. */
  setBuild(digest: string, build: EnvironmentBuild): Promise<void>;
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
  /** Cancels what is being built. */
  close(): Promise<void>;
}
