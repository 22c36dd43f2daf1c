/**
 * Which content each file had when it was last read, by its status, so that an
 * unchanged file is not read again. Like Git's own index it trusts no file
 * that changed about when it was read. It may be lost at any time.
 */
import type { Stats } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { atomicFs } from './atomicFs.ts';
import { cacheFolder, folderKey } from './cacheFolder.ts';

const stored = z.object({
  version: z.literal(1),
  store: z.string(),
  /** The snapshot whose ref keeps the contents named here alive. */
  commit: z.string(),
  files: z.record(z.string(), z.object({ mark: z.string(), oid: z.string() })),
});
type Stored = z.infer<typeof stored>;

/** Coarse file systems count time in steps of two seconds. */
const blurMs = 2_000;

export class StatCache {
  readonly #file: string;
  readonly #store: string;
  readonly #startedAt = Date.now();
  readonly #known: ReadonlyMap<string, Stored['files'][string]>;
  readonly #next: Record<string, Stored['files'][string]> = {};
  readonly commit: string | null;

  private constructor(options: { readonly file: string; readonly store: string; readonly from: Stored | null }) {
    this.#file = options.file;
    this.#store = options.store;
    this.#known = new Map(Object.entries(options.from?.files ?? {}));
    this.commit = options.from?.commit ?? null;
  }

  /** `isKept` tells whether a snapshot's objects are still there. */
  static async open(root: string, store: string, isKept: (commit: string) => Promise<boolean>): Promise<StatCache> {
    const file = join(cacheFolder(), 'status', `${folderKey(root)}.json`);
    const text = await readFile(file, 'utf8').catch(() => 'null');
    const parsed = stored.safeParse(parseJson(text));
    const usable = parsed.success && parsed.data.store === store && (await isKept(parsed.data.commit));
    return new StatCache({ file, store, from: usable ? parsed.data : null });
  }

  find(path: string, status: Stats): string | null {
    const entry = this.#known.get(path);
    return entry?.mark === markOf(status) ? entry.oid : null;
  }

  add(path: string, status: Stats, oid: string): void {
    if (status.mtimeMs < this.#startedAt - blurMs) this.#next[path] = { mark: markOf(status), oid };
  }

  async save(commit: string): Promise<void> {
    const content: Stored = { version: 1, store: this.#store, commit, files: this.#next };
    await mkdir(dirname(this.#file), { recursive: true });
    await atomicFs.promises.writeFile(this.#file, JSON.stringify(content));
  }
}

function markOf(status: Stats): string {
  return [status.mtimeMs, status.ctimeMs, status.size, status.ino, status.mode].join(' ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
