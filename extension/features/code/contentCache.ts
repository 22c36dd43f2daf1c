/** Contents by the id of what they are, the least recently used given up first. What has an id never changes. */
export class ContentCache {
  readonly #limit: number;
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get(id: string): Uint8Array | undefined {
    const content = this.#kept.get(id);
    if (content === undefined) return undefined;
    this.#kept.delete(id);
    this.#kept.set(id, content);
    return content;
  }

  /** A content that would push out half of the others is not kept. */
  keep(id: string, content: Uint8Array): void {
    if (content.length * 2 > this.#limit || this.#kept.has(id)) return;
    this.#kept.set(id, content);
    this.#bytes += content.length;
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= this.#limit) return;
      this.#kept.delete(oldest);
      this.#bytes -= old.length;
    }
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
