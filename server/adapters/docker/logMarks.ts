/**
 * Where in an engine's log the output that was handed on ends, by job: kept in
 * memory, and in a small file once so much was written that the engine may drop
 * the beginning. Without it a restart counts from the beginning, which is as
 * right and only slower.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mark } from './logMessages.ts';

/** Less than the smallest log after which an engine drops anything. */
const keptFrom = 512 * 1024;
const writeEveryMs = 1000;

export class LogMarks {
  readonly #folder: string;
  readonly #marks = new Map<string, Mark>();
  readonly #written = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(container: string): Promise<Mark | null> {
    const known = this.#marks.get(container);
    if (known) return known;
    const text = await readFile(this.#file(container), 'utf8').catch(() => '');
    const [, offset, time] = /^(\d{1,15}) ([\dTZ:.-]{30})$/.exec(text) ?? [];
    return offset === undefined || time === undefined ? null : { offset: Number(offset), time };
  }

  async set(container: string, mark: Mark): Promise<void> {
    this.#marks.set(container, mark);
    const now = performance.now();
    if (mark.offset < keptFrom || now - (this.#written.get(container) ?? -writeEveryMs) < writeEveryMs) return;
    this.#written.set(container, now);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = `${this.#file(container)}.new`;
    await writeFile(draft, `${mark.offset} ${mark.time}`, { mode: 0o600 });
    await rename(draft, this.#file(container));
  }

  async forget(container: string): Promise<void> {
    this.#marks.delete(container);
    this.#written.delete(container);
    await rm(this.#file(container), { force: true });
  }

  #file(container: string): string {
    return join(this.#folder, `${container}.mark`);
  }
}
