/** What a launch will likely cost and take, in words, from what its runs on the tier took. Asked while one types, not at each letter. */
import type { CostEstimate } from '../../../protocol/model/cost.ts';
import type { PanelApp } from '../../app/client.ts';
import { formatDuration, formatMoney, plural } from '../../ui/format.ts';
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

export function likelyWords({ runs, minutes, cost, currency }: CostEstimate): string | null {
  if (minutes === null || cost === null) return null;
  const took = range([minutes.low, minutes.high].map((one) => formatDuration(one * 60_000)));
  const money = range([cost.low, cost.high].map((one) => formatMoney(one, currency)));
  return `Likely ${cost.high > 0 ? `${money}, ` : ''}${took}, by ${plural(runs, 'run')} of it on this tier`;
}

function range([low = '', high = '']: readonly string[]): string {
  return low === high ? low : `${low} to ${high}`;
}
