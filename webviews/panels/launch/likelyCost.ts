/** What a launch will likely cost and take: asked while one types, not at each letter. */
import type { CostEstimate } from '../../../protocol/model/cost.ts';
import type { PanelApp } from '../../app/client.ts';
import type { LaunchForm } from './launchForm.ts';

const settleMs = 400;

export class LikelyCost {
  /** Null while nothing is known. */
  estimate: CostEstimate | null = null;
  readonly #changed: () => void;
  #asked = '';
  #abort = new AbortController();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  follow(app: PanelApp, { projectId, command, tierId }: LaunchForm): void {
    const asked = JSON.stringify([projectId, command, tierId]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.estimate = null;
    if (projectId === '' || command.trim() === '' || tierId === '') return;
    setTimeout(() => !signal.aborted && void this.#ask(app, { projectId, command, tierId }, signal), settleMs);
  }

  /** A launch goes without: that nothing is known is no failure. */
  async #ask(
    app: PanelApp,
    of: Pick<LaunchForm, 'projectId' | 'command' | 'tierId'>,
    signal: AbortSignal,
  ): Promise<void> {
    const estimate = await app.client.costs.estimate(of, { signal }).catch(() => null);
    if (signal.aborted) return;
    this.estimate = estimate;
    this.#changed();
  }
}
