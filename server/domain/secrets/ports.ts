import type { SecretChoice, SecretOrigin } from '../../../protocol/model/secret.ts';

/** Whose a secret is: exactly one of the two is set. */
export type SecretHome =
  | { readonly projectId: string; readonly userId?: undefined }
  | { readonly userId: string; readonly projectId?: undefined };

export type StoredSecret = {
  readonly name: string;
  readonly sealed: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly updatedById: string;
};

/** A secret that a run was launched with. `sealed` is what it was given, from its start to its end. */
export type RunSecret = {
  readonly name: string;
  readonly from: SecretOrigin;
  readonly as: SecretChoice['as'];
  readonly sealed: string | null;
};

export interface SecretStore {
  /** By name. */
  secrets(home: SecretHome): Promise<readonly StoredSecret[]>;
  secret(home: SecretHome, name: string): Promise<StoredSecret | null>;
  /** Adds it, or takes the place of the one with its name. */
  putSecret(home: SecretHome, secret: StoredSecret): Promise<void>;
  deleteSecret(home: SecretHome, name: string): Promise<void>;
  chooseForRun(runId: string, choices: readonly SecretChoice[]): Promise<void>;
  ofRun(runId: string): Promise<readonly RunSecret[]>;
  /** What the run is given now. */
  giveRun(runId: string, name: string, sealed: string): Promise<void>;
  /** The run has ended: which it had stays known, not what they were. */
  forgetGiven(runId: string): Promise<void>;
}

/** What a job is given, each by the name of its variable. */
export type GivenSecrets = {
  readonly variables: Readonly<Record<string, string>>;
  /** Contents of files. */
  readonly files: Readonly<Record<string, string>>;
};

/**
 * Hides values in a stream of output, however it is cut into pieces. What it
 * answers is as long as what it was given, so that offsets stay as they were.
 */
export interface OutputMask {
  /** How many bytes it holds back. */
  readonly held: number;
  /** What can be kept now; the rest may be the beginning of a value. */
  push(data: Uint8Array): Uint8Array;
  /** What was held back, when nothing follows at once. */
  flush(): Uint8Array;
}

/** Secrets on their way into a job. */
export interface JobSecrets {
  /** The values, once the event log says that they were read. Throws `not-found` for one that is gone. */
  give(run: { readonly id: string; readonly projectId: string }): Promise<GivenSecrets>;
  /** For the output of a run; null when it was given none. */
  mask(runId: string): Promise<OutputMask | null>;
}
