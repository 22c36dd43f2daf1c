/** Repositories of tests that have none. */
import type { CodeStore, ProjectCode } from '../../server/domain/code/ports.ts';
import type { CodeEntry } from '../../server/domain/compute/ports.ts';

export const commit = 'c'.repeat(40);

/** Code in memory: every project has one commit with these files. */
export class MemoryCode implements CodeStore {
  readonly repositories = new Set<string>();
  readonly pins = new Map<string, string>();
  readonly contents = new Map<string, Uint8Array>([['train.py', Buffer.from('print(1)\n')]]);
  /** What reading the snapshot throws; null for nothing. */
  failure: Error | null = null;

  async ensureRepository(projectId: string): Promise<void> {
    this.repositories.add(projectId);
  }

  async hasCommit(projectId: string, id: string): Promise<boolean> {
    return this.repositories.has(projectId) && id === commit;
  }

  async *entries(): AsyncGenerator<CodeEntry, void, void> {
    if (this.failure) throw this.failure;
    for (const [path, content] of this.contents) yield { path, kind: 'file', content };
  }

  async files() {
    return [...this.contents].map(([path, { length }]) => ({ path, bytes: length, change: 'same' as const }));
  }

  async file(_projectId: string, _commit: string, path: string): Promise<Uint8Array | null> {
    return this.contents.get(path) ?? null;
  }

  async branchTip(): Promise<string | null> {
    return null;
  }

  async pin(_projectId: string, runId: string, id: string): Promise<void> {
    this.pins.set(runId, id);
  }
}

/** For tests that have no repositories: those with code go through a server. */
export const noCode: ProjectCode = new Proxy({} as ProjectCode, {
  get: (_, name) => () => Promise.reject(new Error(`${String(name)}: there is no code here`)),
});
