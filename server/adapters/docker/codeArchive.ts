/**
 * A code snapshot as the tar archive that becomes a job's volume. An entry that
 * would lie or lead outside is refused, never cleaned up: the engine unpacks
 * the archive as root, so nothing in it may pass through a link.
 */
import type { Pack } from 'tar-stream';
import { isSafeLinkTarget, isSafeRelativePath } from '../../../protocol/model/common.ts';
import type { CodeEntry } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { jobPaths, jobUser } from './jobScript.ts';

const mostEntries = 500_000;

export type Code = { readonly entries: () => AsyncIterable<CodeEntry>; readonly folder: string };

const jobFolders = [jobPaths.jobRecords, 'home', 'tmp', jobPaths.work];

/** Fills the archive of a job's own volume and ends it; throws where the code is refused or cannot be read. */
export async function packCode(archive: Pack, code: Code): Promise<void> {
  const tree = new CodeTree(archive);
  await tree.write({ name: jobPaths.records, type: 'directory', mode: 0o755 });
  await tree.makeOwn(jobFolders);
  await tree.addAll(code);
  archive.finalize();
}

/** The same for a volume that outlives jobs. What says that it is whole comes last, and names what was put there. */
export async function packKept(archive: Pack, code: Code): Promise<void> {
  const tree = new CodeTree(archive);
  await tree.makeOwn([jobPaths.work, 'home']);
  await tree.addAll(code);
  await tree.write({ name: jobPaths.made, mode: 0o644 }, Buffer.from(tree.paths()));
  archive.finalize();
}

/** Of a job whose code lies in such a volume. */
export const noCode: Code = {
  async *entries() {},
  folder: '',
};

class CodeTree {
  readonly #archive: Pack;
  readonly #folders = new Set<string>(['']);
  readonly #files = new Set<string>();
  readonly #links = new Map<string, string>();

  constructor(archive: Pack) {
    this.#archive = archive;
  }

  async makeOwn(folders: readonly string[]): Promise<void> {
    for (const name of folders) await this.write({ name, type: 'directory', mode: 0o700, ...jobUser });
  }

  async addAll({ entries, folder }: Code): Promise<void> {
    for await (const entry of entries()) await this.#add(entry);
    await this.#end(folder);
  }

  /** Of the code, a line each. */
  paths(): string {
    return [...this.#files, ...this.#links.keys()].map((path) => `${path}\n`).join('');
  }

  async #add({ path, kind, content }: CodeEntry): Promise<void> {
    if (this.#files.size + this.#links.size >= mostEntries) {
      throw refuse('too-large', `The code has more than ${mostEntries} files.`);
    }
    this.#take(path);
    if (kind === 'link') {
      this.#links.set(path, Buffer.from(content).toString('utf8'));
      return;
    }
    this.#files.add(path);
    await this.#makeFolders(path);
    const mode = kind === 'executable' ? 0o755 : 0o644;
    await this.write({ name: inWork(path), mode, ...jobUser }, Buffer.from(content));
  }

  /** Links last: no file can be written through one that is not there yet. */
  async #end(folder: string): Promise<void> {
    for (const [path, target] of this.#links) {
      if (!isSafeLinkTarget(path, target)) {
        throw refuse('unsafe-path', `The link ${show(path)} leads out of the code, to ${show(target)}.`);
      }
      await this.#makeFolders(path);
      await this.write({ name: inWork(path), type: 'symlink', linkname: target, ...jobUser });
    }
    this.#requireFolder(folder);
  }

  #take(path: string): void {
    if (path === '' || !isSafeRelativePath(path)) {
      throw refuse('unsafe-path', `The code has a file with an unsafe path: ${show(path)}.`);
    }
    if (this.#files.has(path) || this.#links.has(path) || this.#folders.has(path)) throw twice(path);
  }

  async #makeFolders(path: string): Promise<void> {
    const parts = path.split('/').slice(0, -1);
    for (let length = 1; length <= parts.length; length += 1) {
      const folder = parts.slice(0, length).join('/');
      if (this.#files.has(folder)) throw twice(folder);
      if (this.#links.has(folder)) throw refuse('unsafe-path', `${show(path)} lies behind the link ${show(folder)}.`);
      if (this.#folders.has(folder)) continue;
      this.#folders.add(folder);
      await this.write({ name: inWork(folder), type: 'directory', mode: 0o755, ...jobUser });
    }
  }

  #requireFolder(folder: string): void {
    const field = 'code.folder';
    if (!isSafeRelativePath(folder)) {
      throw new DomainError('unsafe-path', `The folder ${show(folder)} leaves the code.`, { field });
    }
    if (this.#folders.has(folder)) return;
    const remedy = 'Name a folder of the snapshot, or leave it empty for its top.';
    throw new DomainError('invalid-input', `The code has no folder ${show(folder)}.`, { field, remedy });
  }

  /** Settles when the archive has room for more. */
  write(header: Parameters<Pack['entry']>[0], content?: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      if (content === undefined) this.#archive.entry(header, done);
      else this.#archive.entry(header, content, done);
    });
  }
}

function inWork(path: string): string {
  return `${jobPaths.work}/${path}`;
}

function twice(path: string): DomainError {
  return refuse('unsafe-path', `The code names ${show(path)} more than once.`);
}

function refuse(reason: 'unsafe-path' | 'too-large', message: string): DomainError {
  return new DomainError(reason, message, {
    field: 'code',
    remedy: 'Take the file out of the folder or ignore it in .gitignore.',
  });
}

function show(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
