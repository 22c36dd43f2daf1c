/** Code of projects: bare Git repositories on the server. */
import type { CodeEntry } from '../compute/ports.ts';

export type CodeFileChange = {
  readonly path: string;
  readonly bytes: number;
  readonly change: 'same' | 'added' | 'modified' | 'deleted';
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
}
