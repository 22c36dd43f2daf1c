/** One launch on its way: its steps as the host tells them, its failure, how to cancel it. */
import type { Run } from '../../../protocol/model/run.ts';
import type { LaunchRequest } from '../../../protocol/panel.ts';
import type { PanelApp } from '../../app/client.ts';

export class LaunchInFlight {
  steps: readonly string[] = [];
  failure: unknown;
  #abort: AbortController | null = null;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get flying(): boolean {
    return this.#abort !== null;
  }

  /** The run, or null when it was cancelled or refused. */
  async start(app: PanelApp, request: LaunchRequest): Promise<Run | null> {
    const abort = new AbortController();
    this.#abort = abort;
    this.failure = undefined;
    this.#step('Preparing');
    try {
      for await (const progress of await app.client.host.launch(request, { signal: abort.signal })) {
        if (progress.kind === 'done') return progress.run;
        this.#step(progress.text);
      }
      throw new Error('The launch ended without a run.');
    } catch (error) {
      if (!abort.signal.aborted) this.failure = error;
      return null;
    } finally {
      this.#abort = null;
      this.steps = [];
      this.#changed();
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  #step(text: string): void {
    this.steps = [...this.steps, text];
    this.#changed();
  }
}
