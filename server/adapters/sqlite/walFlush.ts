/**
 * Makes commits durable without holding up the thread that makes them. SQLite
 * writes a commit into the log beside the file and, left to itself, waits until
 * the disk has it; here the wait happens elsewhere. What was committed before a
 * flush began is on disk when it ends: a log is read up to its last whole
 * commit, so a lost end loses only what nobody was told of.
 */
import { type FileHandle, open } from 'node:fs/promises';

export class WalFlush {
  readonly #file: string;
  #log: Promise<FileHandle> | null = null;

  /** Of a database in WAL mode that stays open for longer than this: its log is then always the same file. */
  constructor(database: string) {
    this.#file = `${database}-wal`;
  }

  async flush(): Promise<void> {
    // Not to write, but some systems flush only what may be written.
    this.#log ??= open(this.#file, 'r+');
    await (await this.#log).datasync();
  }

  async close(): Promise<void> {
    await (await this.#log)?.close();
    this.#log = null;
  }
}
