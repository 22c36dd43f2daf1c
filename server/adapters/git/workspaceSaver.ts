/**
 * Saves work folders into the project's repository under `refs/workspaces/`.
 * A thread does the work, one at a time, so that the server neither waits nor
 * grows; only then does the ref move.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { slug } from '../../../protocol/model/common.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { Turns } from '../../domain/shared/turns.ts';
import type { SavedFolder, SaveRequest, WorkSaver } from '../../domain/workspaces/ports.ts';
import { threadFile } from '../../platform/threadFile.ts';
import { writeRef } from './refFiles.ts';

export type SaveThreadData = {
  readonly folder: string;
  readonly gitDir: string;
  readonly parent: string | null;
  readonly author: { readonly name: string; readonly email: string };
  readonly message: string;
  readonly at: number;
};
export type SaveThreadAnswer = SavedFolder | { readonly failure: string };

export type WorkspaceSaverOptions = {
  readonly repositories: string;
  /** Where it is remembered which files were read before; it can be lost at any time. */
  readonly cache: string;
};

export class WorkspaceSaver implements WorkSaver {
  readonly #options: WorkspaceSaverOptions;
  readonly #turns = new Turns();

  constructor(options: WorkspaceSaverOptions) {
    this.#options = options;
  }

  save(request: SaveRequest): Promise<SavedFolder> {
    return this.#turns.run(() => this.#save(request));
  }

  async #save({ projectId, workspaceId, folder, parent, author, message, signal }: SaveRequest): Promise<SavedFolder> {
    const gitDir = join(this.#options.repositories, `${slug.parse(projectId)}.git`);
    const by = { name: author.name, email: `${author.id}@flywheel.invalid` };
    const saved = await this.#inThread({ folder, gitDir, parent, author: by, message, at: Date.now() }, signal);
    if (saved.commit !== null && saved.commit !== parent) {
      await writeRef(gitDir, `refs/workspaces/${workspaceId}`, saved.commit);
    }
    return saved;
  }

  async #inThread(data: SaveThreadData, signal: AbortSignal): Promise<SavedFolder> {
    signal.throwIfAborted();
    const env = { ...process.env, FLYWHEEL_CACHE: this.#options.cache };
    const worker = new Worker(threadFile(import.meta.url, 'saveThread'), {
      workerData: data,
      env,
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    const stop = () => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = await answerOf(worker);
      if (!('failure' in answer)) return answer;
      throw new DomainError('storage-full', answer.failure, { remedy: 'See the log of the server.' });
    } finally {
      signal.removeEventListener('abort', stop);
      await worker.terminate();
    }
  }
}

function answerOf(worker: Worker): Promise<SaveThreadAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The save was cut off.')));
  });
}
