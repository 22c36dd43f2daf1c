/**
 * Uploads in parts on the local disk: a folder each, beside the artifacts and
 * out of reach of their paths. A part is a file named by its number and the
 * hash of its content, so that a part sent twice cannot be mixed up. The parts
 * become one artifact by streaming, never in memory.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore, OpenUpload, UploadStore } from '../../domain/runs/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { isMissing } from '../../platform/diskError.ts';
import { toArtifactError } from './artifactError.ts';

export type DiskUploadOptions = {
  /** Of the artifacts: uploads lie in a folder of it that no artifact can name. */
  readonly folder: string;
  readonly artifacts: Pick<ArtifactStore, 'put'>;
  readonly expiresMs?: number;
  readonly now?: () => number;
};

const day = 24 * 60 * 60 * 1000;
const mostUploads = 1000;
const pieceBytes = 256 * 1024;
const description = 'upload.json';
const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const etagPattern = /^[0-9a-f]{32}$/;

export class DiskUploads implements UploadStore {
  readonly #folder: string;
  readonly #artifacts: Pick<ArtifactStore, 'put'>;
  readonly #expiresMs: number;
  readonly #now: () => number;

  constructor({ folder, artifacts, expiresMs = day, now = Date.now }: DiskUploadOptions) {
    this.#folder = join(folder, '.multipart');
    this.#artifacts = artifacts;
    this.#expiresMs = expiresMs;
    this.#now = now;
  }

  async begin(target: Omit<OpenUpload, 'key'>): Promise<{ readonly id: string; readonly key: string }> {
    await this.#sweep();
    const id = randomUUID();
    const key = randomBytes(24).toString('base64url');
    try {
      await mkdir(join(this.#folder, id), { recursive: true, mode: 0o700 });
      await writeFile(join(this.#folder, id, description), JSON.stringify({ ...target, key }), { mode: 0o600 });
    } catch (error) {
      throw toArtifactError(error, target.path);
    }
    return { id, key };
  }

  async upload(id: string): Promise<OpenUpload | null> {
    if (!idPattern.test(id)) return null;
    try {
      return JSON.parse(await readFile(join(this.#folder, id, description), 'utf8')) as OpenUpload;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async putPart(id: string, part: number, content: AsyncIterable<Uint8Array>): Promise<{ readonly etag: string }> {
    const { path } = await this.#require(id);
    const partial = join(this.#folder, id, `${part}.${randomUUID()}`);
    try {
      const etag = await write(partial, content);
      await rename(partial, this.#part(id, part, etag));
      return { etag };
    } catch (error) {
      await rm(partial, { force: true });
      throw isMissing(error) ? unknownUpload(id) : toArtifactError(error, path);
    }
  }

  async complete(id: string, etags: readonly string[]): Promise<{ readonly bytes: number }> {
    const { root, path, parts } = await this.#require(id);
    if (etags.length !== parts) throw incomplete(`it has ${parts} parts and ${etags.length} were named`);
    const files: string[] = [];
    for (const [index, etag] of etags.entries()) files.push(await this.#existing(id, index + 1, etag));
    const stored = await this.#artifacts.put(root, path, concatenated(files));
    await this.abort(id);
    return stored;
  }

  async abort(id: string): Promise<void> {
    if (idPattern.test(id)) await rm(join(this.#folder, id), { recursive: true, force: true });
  }

  async #existing(id: string, part: number, etag: string): Promise<string> {
    const file = this.#part(id, part, etag);
    const isThere = etagPattern.test(etag) && (await stat(file).then(() => true, missing));
    if (isThere) return file;
    throw incomplete(`its part ${part} was not received, or with other content than the tag says`);
  }

  async #require(id: string): Promise<OpenUpload> {
    const upload = await this.upload(id);
    if (upload === null) throw unknownUpload(id);
    return upload;
  }

  #part(id: string, part: number, etag: string): string {
    return join(this.#folder, id, `${part}-${etag}`);
  }

  /** What nobody has completed within a day is not coming any more. */
  async #sweep(): Promise<void> {
    const ids = (await readdir(this.#folder).catch(missing)) || [];
    let left = ids.length;
    for (const id of ids) {
      const changed = await stat(join(this.#folder, id)).then(({ mtimeMs }) => mtimeMs, missing);
      if (changed !== false && this.#now() - changed < this.#expiresMs) continue;
      await rm(join(this.#folder, id), { recursive: true, force: true });
      left -= 1;
    }
    if (left < mostUploads) return;
    throw new DomainError('rate-limited', `There are ${left} uploads under way already.`, {
      remedy: 'Complete or abort one first; what is left of them goes away after a day.',
    });
  }
}

async function write(file: string, content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('md5');
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of content) {
      hash.update(piece);
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

async function* concatenated(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(pieceBytes), 0, pieceBytes, null);
        if (bytesRead === 0) break;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
}

function missing(error: unknown): false {
  if (isMissing(error)) return false;
  throw error;
}

function unknownUpload(id: string): DomainError {
  return new DomainError('not-found', `There is no upload ${id.slice(0, 50)} under way.`, {
    field: 'upload_id',
    remedy: 'Begin a new one.',
  });
}

function incomplete(why: string): DomainError {
  return new DomainError('invalid-input', `The upload is not complete: ${why}.`, {
    field: 'parts',
    remedy: 'Send the part again, or abort the upload.',
  });
}
