/**
 * Keeps what a job writes, bounded, until the server has fetched it. A full
 * disk costs output, never the job: what could not be kept becomes a gap.
 */
import { ChunkedWriter, type ChunkLimits } from '../../platform/chunkedFile.ts';
import { hasCode } from './jobFolder.ts';

const mebibyte = 1024 * 1024;
const tailBytes = 4096;

/** A quarter of the limit keeps the beginning, the rest the newest. */
export function spoolLimits(limitMiB: number): ChunkLimits {
  const limitBytes = Math.max(1, limitMiB) * mebibyte;
  const chunkBytes = Math.min(mebibyte, limitBytes / 8);
  return { chunkBytes, headBytes: Math.min(8 * mebibyte, limitBytes / 4), limitBytes };
}

export class Spool {
  readonly #writer: ChunkedWriter;
  #lost = 0;
  #diskWasFull = false;
  #tail = Buffer.alloc(0);

  private constructor(writer: ChunkedWriter) {
    this.#writer = writer;
  }

  static async open(folder: string, limitMiB: number): Promise<Spool> {
    return new Spool(await ChunkedWriter.open(folder, spoolLimits(limitMiB)));
  }

  get diskWasFull(): boolean {
    return this.#diskWasFull;
  }

  /** The last few kilobytes, for the reason of an end. */
  get tail(): string {
    return this.#tail.toString('utf8');
  }

  async append(data: Uint8Array): Promise<void> {
    const last = data.subarray(-tailBytes);
    this.#tail = Buffer.concat([this.#tail, last]).subarray(-tailBytes);
    try {
      await this.#writeLostAsGap();
      await this.#writer.append(data);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#diskWasFull = true;
      this.#lost += data.length;
    }
  }

  async close(): Promise<void> {
    try {
      await this.#writeLostAsGap();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    await this.#writer.close();
  }

  async #writeLostAsGap(): Promise<void> {
    if (this.#lost === 0) return;
    await this.#writer.appendGap(this.#lost);
    this.#lost = 0;
  }
}

export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
}
