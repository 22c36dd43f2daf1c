/** What a launch will likely cost and take: asked anew as the form changes and as runs end, which may be runs of it. */
import type { CostEstimate } from '../../../protocol/model/cost.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import type { PanelPart } from '../../ui/panelBase.ts';
import type { LaunchForm } from './launchForm.ts';

type Answer = { readonly asked: string; readonly estimate: CostEstimate };

export class LikelyCost {
  readonly #form: () => LaunchForm;
  readonly #answer: Resource<Answer>;
  #asked = '';

  constructor(host: PanelPart, form: () => LaunchForm) {
    this.#form = form;
    this.#answer = new Resource<Answer>(host, {
      app: () => host.app,
      load: (signal) => {
        const { projectId, command, tierId } = this.#form();
        if (projectId === '' || command.trim() === '' || tierId === '') return undefined;
        const asked = this.#question();
        return host.app.client.costs
          .estimate({ projectId, command, tierId }, { signal })
          .then((estimate) => ({ asked, estimate }));
      },
      isStale: (message) => isOf(message, ['run.state-changed', 'catalog.', 'budget.', 'approval.']),
      pace: 500,
    });
  }

  /** Null while nothing is known of what the form says now. A launch goes without. */
  get estimate(): CostEstimate | null {
    const { value } = this.#answer;
    return value?.asked === this.#question() ? value.estimate : null;
  }

  /** After each change of the form. */
  follow(): void {
    const asked = this.#question();
    if (asked !== this.#asked) this.#answer.refresh();
    this.#asked = asked;
  }

  #question(): string {
    const { projectId, command, tierId } = this.#form();
    return JSON.stringify([projectId, command, tierId]);
  }
}
