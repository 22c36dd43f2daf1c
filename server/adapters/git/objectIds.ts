/**
 * Whether a repository has an object, without reading it: loose by its file,
 * packed by the indexes. An index never changes under its name, so each is
 * read once.
 */
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export class ObjectIds {
  readonly #gitDir: string;
  readonly #indexes = new Map<string, Buffer>();

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  async has(id: string): Promise<boolean> {
    if (this.#isPacked(id)) return true;
    const loose = join(this.#gitDir, 'objects', id.slice(0, 2), id.slice(2));
    const isLoose = await access(loose).then(
      () => true,
      () => false,
    );
    return isLoose || ((await this.#refresh()) && this.#isPacked(id));
  }

  #isPacked(id: string): boolean {
    const wanted = Buffer.from(id, 'hex');
    for (const index of this.#indexes.values()) if (isIn(index, wanted)) return true;
    return false;
  }

  /** Reads indexes that came since; false when there were none. */
  async #refresh(): Promise<boolean> {
    const folder = join(this.#gitDir, 'objects', 'pack');
    const names = await readdir(folder).catch(() => []);
    const fresh = names.filter((name) => name.endsWith('.idx') && !this.#indexes.has(name));
    for (const name of fresh) this.#indexes.set(name, await readFile(join(folder, name)));
    return fresh.length > 0;
  }
}

/** Version 2: an 8-byte head, 256 counts of ids up to each first byte, then the sorted ids. */
function isIn(index: Buffer, wanted: Buffer): boolean {
  const first = wanted[0] ?? 0;
  let low = first === 0 ? 0 : index.readUInt32BE(8 + (first - 1) * 4);
  let high = index.readUInt32BE(8 + first * 4);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = 8 + 256 * 4 + middle * 20;
    const order = wanted.compare(index, at, at + 20);
    if (order === 0) return true;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return false;
}
