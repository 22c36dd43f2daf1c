/**
 * Launches: takes the snapshot of a folder where it is, sends it to the server,
 * queues the run. Cancelling at any step leaves no run behind. A launch that is
 * repeated after a broken line is the same run, by its request id.
 */
import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import { ClientError } from '../../client/clientError.ts';
import type { Run } from '../../protocol/model/run.ts';
import type { LaunchProgress, LaunchRequest } from '../../protocol/panel.ts';
import type { LaunchFolders } from './launchFolders.ts';
import type { ServerConnection } from './serverConnection.ts';

export type LauncherDeps = {
  readonly server: ServerConnection;
  readonly folders: LaunchFolders;
  readonly memory: vscode.Memento;
  /** Everything is on disk, so that what is launched is what the person sees. */
  readonly saveAll: () => PromiseLike<unknown>;
};

/** What was chosen last in a folder: the next launch there starts from it. */
export type LaunchChoice = Pick<LaunchRequest, 'projectId' | 'environmentId' | 'tierId'>;

export class Launcher {
  readonly #deps: LauncherDeps;

  constructor(deps: LauncherDeps) {
    this.#deps = deps;
  }

  lastChoice(folderId: string): LaunchChoice | null {
    return this.#deps.memory.get<LaunchChoice>(`flywheel.lastLaunch:${folderId}`) ?? null;
  }

  /** The steps as they happen, then the run. */
  async *launch(request: LaunchRequest, signal?: AbortSignal): AsyncGenerator<LaunchProgress> {
    const steps: string[] = [];
    let wake = Promise.withResolvers<void>();
    const onStep = (text: string) => {
      steps.push(text);
      wake.resolve();
    };
    const work = this.#run(request, onStep, signal).finally(() => wake.resolve());
    // It is awaited at the end; until then a failure must not count as unhandled.
    work.catch(() => undefined);
    let over = false;
    void work.then(
      () => {
        over = true;
      },
      () => {
        over = true;
      },
    );
    while (!over || steps.length > 0) {
      const text = steps.shift();
      if (text !== undefined) yield { kind: 'step', text };
      else {
        await Promise.race([wake.promise, work.catch(() => undefined)]);
        wake = Promise.withResolvers<void>();
      }
    }
    yield { kind: 'done', run: await work };
  }

  async #run(request: LaunchRequest, onStep: (text: string) => void, signal?: AbortSignal): Promise<Run> {
    const { server, folders } = this.#deps;
    const { folderId, ...input } = request;
    const folder = folders.pathOf(folderId);
    if (folder === null) {
      throw new ClientError('not-found', 'This folder is no longer open.', {
        field: 'folderId',
        remedy: 'Open it again.',
      });
    }
    await this.#deps.saveAll();
    const { projectId } = input;
    // Loaded when it is needed: reading Git is the largest part of the bundle, and most windows never launch.
    const { prepareLaunch } = await import('../../client/snapshot/main.ts');
    const code = await prepareLaunch({ folder, projectId, ...server.target, onStep, signal });
    onStep('Queueing the run');
    const requestId = input.requestId ?? randomUUID();
    const run = await this.#queue({ ...input, code, requestId }, signal);
    await folders.rememberProject(folderId, projectId);
    const choice: LaunchChoice = { projectId, environmentId: input.environmentId, tierId: input.tierId };
    await this.#deps.memory.update(`flywheel.lastLaunch:${folderId}`, choice);
    return run;
  }

  /** Asked once more when the line broke before the answer came. */
  async #queue(input: Parameters<ServerConnection['client']['runs']['launch']>[0], signal?: AbortSignal): Promise<Run> {
    const { server } = this.#deps;
    try {
      return await server.client.runs.launch(input, { signal });
    } catch (error) {
      if (!(error instanceof ClientError) || !error.retryable) throw error;
      await server.ready(signal);
      return server.client.runs.launch(input, { signal });
    }
  }
}
