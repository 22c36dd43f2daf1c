/** Changes what a sweep may use, and how many of its trials go at once. An empty field is no limit. */
import { html, nothing } from 'lit';
import type { Sweep, UpdateSweepInput } from '../../../protocol/model/sweep.ts';
import { button } from '../../ui/controls.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { sweepStyles } from './sweepStyles.ts';

type Field = 'trials' | 'minutes' | 'cost' | 'parallel';

export class BudgetForm extends PanelPart {
  static override properties = { ...PanelPart.properties, sweep: { attribute: false }, failure: { state: true } };
  declare sweep: Sweep;
  declare failure: unknown;
  readonly #typed = new Map<Field, string>();

  static override styles = [base, stateStyles, sweepStyles];

  constructor() {
    super();
    this.failure = undefined;
  }

  override render() {
    const { definition, currency } = this.sweep;
    if (definition === null) return nothing;
    const { budget, parallel } = definition;
    return html`<form class="budget" @submit=${(event: Event) => void this.#save(event)}>
      ${this.#field('trials', 'Trials in all', budget.trials)}
      ${this.#field('minutes', 'Minutes in all', budget.minutes)}
      ${this.#field('cost', `Money in all, ${currency}`, budget.cost)}
      ${this.#field('parallel', 'Trials at once', parallel)}
      ${button({ label: 'Save', primary: true, onClick: () => this.renderRoot.querySelector('form')?.requestSubmit() })}
      ${button({ label: 'Cancel', onClick: () => this.#done() })}
      <p>An empty field is no limit. An ended sweep that has room again goes on by itself.</p>
      ${this.failure === undefined ? nothing : problem(this.failure)}
    </form>`;
  }

  #field(field: Field, label: string, value: number | null) {
    const onInput = (event: Event) => this.#typed.set(field, (event.target as HTMLInputElement).value);
    return html`<label>${label}<input class="field" inputmode="decimal" name=${field} .value=${value === null ? '' : String(value)} @input=${onInput} /></label>`;
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    try {
      this.failure = undefined;
      await this.app.client.sweeps.update(changeOf(this.sweep.id, this.#typed));
      this.#done();
    } catch (error) {
      this.failure = error;
    }
  }

  #done(): void {
    this.dispatchEvent(new CustomEvent('done'));
  }
}

/** What was left alone is not sent; what is no number is, so that the server says what it must be. */
function changeOf(sweepId: string, typed: ReadonlyMap<Field, string>): UpdateSweepInput {
  const numbers = [...typed].map(([field, text]) => [field, text.trim() === '' ? null : Number(text)] as const);
  const { parallel, ...budget } = Object.fromEntries(numbers) as Partial<Record<Field, number | null>>;
  return { sweepId, budget, ...(typeof parallel === 'number' && { parallel }) };
}

customElements.define('fw-budget-form', BudgetForm);
