/**
 * Follows a run's output by byte offset: starts near its end, continues where
 * it was after an interruption, so that no line is lost or doubled. Holds a
 * bounded number of lines and says what it left out.
 */
import type { LogChunk } from '../../../protocol/model/run.ts';
import type { PanelApp } from '../../app/client.ts';
import { pause } from '../../state/pause.ts';
import { formatBytes } from '../../ui/format.ts';
import { AnsiLines, type LogLine } from './ansiLines.ts';

const firstBytes = 8 * 1024 * 1024;
const mostLines = 200_000;

export class LogStream {
  lines: LogLine[] = [];
  ended = false;
  failure: unknown;
  /** Whether anything arrived, be it only that there is nothing. */
  begun = false;
  #ansi = new AnsiLines();
  #next: number | null = null;
  readonly #app: PanelApp;
  readonly #runId: string;
  readonly #changed: () => void;
  #frame = 0;

  constructor(options: { readonly app: PanelApp; readonly runId: string; readonly changed: () => void }) {
    this.#app = options.app;
    this.#runId = options.runId;
    this.#changed = options.changed;
  }

  get unfinished(): string | null {
    return this.ended ? null : this.#ansi.unfinished;
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.ended) {
      await this.#app.connection.whenReady(signal);
      await this.#read(signal).catch((error: unknown) => this.#interrupted(error, signal));
      if (!this.ended) await pause(1000, signal);
    }
  }

  /** An interruption of something already shown is no failure: it goes on by itself. */
  #interrupted(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.failure = this.#app.connection.ready && !this.begun ? error : undefined;
    this.#tell();
  }

  async #read(signal: AbortSignal): Promise<void> {
    const from = this.#next === null ? { tail: firstBytes } : { after: this.#next };
    const chunks = await this.#app.client.runs.logs({ runId: this.#runId, follow: true, ...from }, { signal });
    this.begun = true;
    this.#tell();
    for await (const chunk of chunks) {
      this.#take(chunk);
      this.#tell();
      if (this.ended) return;
    }
  }

  #take(chunk: LogChunk): void {
    this.failure = undefined;
    if (this.#next === null && chunk.offset > 0) {
      this.#add([
        {
          notice: `${formatBytes(chunk.offset)} of earlier output are not shown here; download the log to see all of it.`,
        },
      ]);
    }
    if (chunk.kind === 'end') {
      this.#add(this.#ansi.end());
      this.ended = true;
      return;
    }
    this.#next = chunk.offset + chunk.bytes;
    if (chunk.kind === 'text') this.#add(this.#ansi.push(chunk.text));
    else
      this.#add([
        ...this.#ansi.end(),
        { notice: `${formatBytes(chunk.bytes)} of output were left out here: past the log limit.` },
      ]);
  }

  #add(lines: readonly LogLine[]): void {
    for (const line of lines) this.lines.push(line);
    if (this.lines.length <= mostLines) return;
    const dropped = this.lines.length - Math.floor(mostLines * 0.9);
    this.lines = [
      { notice: 'Older lines are not kept here; download the log to see all of it.' },
      ...this.lines.slice(dropped),
    ];
  }

  /** At most one update a frame, however fast the output comes. */
  #tell(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#changed();
    });
  }
}
