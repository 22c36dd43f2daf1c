/** Reads a stream of bytes by lines and by counts, and hands on what is left of it. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** Without its end; null where the stream ends before. */
  async line(): Promise<string | null> {
    let end = this.#rest.indexOf(10);
    while (end === -1) {
      if (!(await this.#more())) return null;
      end = this.#rest.indexOf(10);
    }
    return this.#take(end + 1).toString('utf8', 0, end);
  }

  /** Null where the stream ends before. */
  async bytes(count: number): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    for (let left = count; ; ) {
      const piece = this.#take(Math.min(left, this.#rest.length));
      pieces.push(piece);
      left -= piece.length;
      if (left === 0) return Buffer.concat(pieces, count);
      if (!(await this.#more())) return null;
    }
  }

  async *remaining(): AsyncGenerator<Buffer> {
    do {
      if (this.#rest.length > 0) yield this.#take(this.#rest.length);
    } while (await this.#more());
  }

  #take(count: number): Buffer {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }
}
