/** The Git handler over a real repository store on a real port, with tokens that say their role. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import { GitRepositoryStore } from '../../../server/adapters/git/gitRepositoryStore.ts';
import type { RefUpdate } from '../../../server/domain/code/ports.ts';
import type { Caller } from '../../../server/domain/shared/call.ts';
import { DomainError } from '../../../server/domain/shared/errors.ts';
import { createGitHandler } from '../../../server/transport/git/handler.ts';

const rank: Readonly<Record<ProjectRole, number>> = { viewer: 1, contributor: 2, owner: 3 };

export class GitServer implements AsyncDisposable {
  readonly folder: string;
  readonly store: GitRepositoryStore;
  readonly pushed: { projectId: string; refs: readonly RefUpdate[] }[] = [];
  readonly #server: Server = createServer();

  private constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'flywheel-git-'));
    this.store = new GitRepositoryStore({ folder: join(this.folder, 'repos') });
  }

  static async start(): Promise<GitServer> {
    const started = new GitServer();
    await started.store.ensureRepository('demo');
    const handler = createGitHandler({
      guard: async (updates) => updates.map((update) => ({ update, refusal: null })),
      repositories: started.store,
      authenticate: callerOf,
      authorize: async (caller, access, input) => {
        const { projectId } = input as { projectId: string };
        if (projectId !== 'demo') throw new DomainError('not-found', `There is no project ${projectId}.`);
        const has = rank[caller.userId as ProjectRole];
        if (access.kind === 'project' && has < rank[access.role]) throw new DomainError('role-missing', 'No.');
      },
      onPush: (projectId, refs) => void started.pushed.push({ projectId, refs }),
    });
    started.#server.on('request', (request, response) => {
      handler(request, response).then(
        (mine) => mine || response.writeHead(404).end(),
        (error) => response.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** An address for the `git` binary with a token of this role in it. */
  address(role: string, project = 'demo'): string {
    return `${this.url.replace('http://', `http://user:${role}@`)}/git/${project}.git`;
  }

  get repository(): string {
    return join(this.folder, 'repos', 'demo.git');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function callerOf(secret: string): Promise<Caller> {
  if (!(secret in rank)) throw new DomainError('token-unknown', 'The token is not known.');
  return { userId: secret, userName: secret, admin: false, tokenId: null, scope: { kind: 'user' } };
}
