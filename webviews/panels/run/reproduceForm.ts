/** Before a run is launched again: what will be the same and what cannot be, and the button that does it. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { ReproducePlan } from '../../../protocol/model/reproduction.ts';
import type { Run } from '../../../protocol/model/run.ts';
import type { TierList } from '../../../protocol/model/tier.ts';
import { Resource } from '../../state/resource.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { formatMoney } from '../../ui/format.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { differenceList, differenceStyles } from './differenceList.ts';

export class ReproduceForm extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    run: { attribute: false },
    tiers: { attribute: false },
    tierId: { state: true },
    launching: { state: true },
    failure: { state: true },
  };
  declare run: Run;
  declare tiers: TierList | null;
  /** Another than the run's own; empty for that. */
  declare tierId: string;
  declare launching: boolean;
  declare failure: unknown;
  /** One for all tries: an answer that was lost on the way makes no second run. */
  #requestId = crypto.randomUUID();

  readonly #plan = new Resource<ReproducePlan>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.runs.reproducePlan({ runId: this.run.id, ...this.#tier }, { signal }),
    isStale: (message) => message.kind === 'event' && /^(catalog|environment)\./.test(message.event.type),
  });

  static override styles = [
    base,
    stateStyles,
    differenceStyles,
    css`
      :host { display: block; flex: none; max-height: 55%; overflow: auto; margin: 0 16px 8px; padding: 10px 12px; border: 1px solid var(--fw-edge); border-radius: 4px; background: var(--vscode-editorWidget-background); color: var(--vscode-editorWidget-foreground, var(--vscode-foreground)); }
      h3 { margin-bottom: 4px; overflow-wrap: anywhere; }
      .because { margin-bottom: 6px; overflow-wrap: anywhere; }
      .act { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 10px; }
      .act select { width: auto; max-width: 16em; }
      dl { display: grid; grid-template-columns: fit-content(10em) minmax(0, 1fr); gap: 2px 12px; }
      dt { color: var(--fw-dim); }
      dd { font-family: var(--fw-mono); font-size: 12px; overflow-wrap: anywhere; }
      .problem { margin-top: 8px; }
    `,
  ];

  constructor() {
    super();
    this.tierId = '';
    this.launching = false;
    this.failure = undefined;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('section')?.focus();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('tierId') && changed.get('tierId') !== undefined) this.#plan.reset();
  }

  get #tier(): { tierId?: string } {
    return this.tierId === '' ? {} : { tierId: this.tierId };
  }

  override render() {
    return html`<section tabindex="-1" aria-label="Reproduce this run" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.#close()}>
      <h3>Reproduce ${name(this.run.name)}</h3>
      ${this.#body()}
      ${this.failure === undefined ? nothing : problem(this.failure)}
    </section>`;
  }

  #body() {
    const plan = this.#plan.value;
    if (!plan) {
      if (this.#plan.failure === undefined) return skeleton(4);
      return html`${problem(this.#plan.failure)}<div class="act">${button({ label: 'Try again', onClick: () => this.#plan.reset() })}${button({ label: 'Close', onClick: () => this.#close() })}</div>`;
    }
    return html`
      ${plan.because === null ? nothing : html`<p class="because error">${marked(plan.because)}</p>`}
      ${differenceList(plan.differences, plan.same)}
      ${this.#told(plan)}
      <div class="act">
        ${plan.possible ? button({ label: this.launching ? 'Launching…' : 'Launch again', primary: true, icon: 'play', disabled: this.launching, onClick: () => void this.#launch() }) : nothing}
        ${button({ label: plan.possible ? 'Cancel' : 'Close', onClick: () => this.#close() })}
        ${this.run.launched ? this.#tierPicker(plan) : nothing}
      </div>`;
  }

  #told({ told }: ReproducePlan) {
    const entries = Object.entries(told);
    if (entries.length === 0) return nothing;
    return html`<p class="dim">Its client told:</p><dl>${entries.map(([what, value]) => html`<dt>${name(what)}</dt><dd>${name(value)}</dd>`)}</dl>`;
  }

  #tierPicker({ pricePerHour }: ReproducePlan) {
    const tiers = this.tiers?.tiers ?? [];
    const own = tiers.find(({ id }) => id === this.run.tierId);
    const options = [
      { value: '', text: `On ${spellOut(own?.name ?? `${this.run.tierId} (gone)`)}, as before` },
      ...tiers
        .filter(({ id }) => id !== this.run.tierId)
        .map((tier) => ({ value: tier.id, text: `On ${spellOut(tier.name)}` })),
    ];
    const price = pricePerHour && this.tiers ? `${formatMoney(pricePerHour, this.tiers.currency)} an hour` : '';
    return html`${dropdown({
      label: 'Hardware tier',
      value: this.tierId,
      options,
      onChange: (id) => {
        this.tierId = id;
      },
    })}<span class="dim">${price}</span>`;
  }

  async #launch(): Promise<void> {
    this.launching = true;
    this.failure = undefined;
    try {
      const input = { runId: this.run.id, requestId: this.#requestId, ...this.#tier };
      const { id } = await this.app.client.runs.reproduce(input);
      this.#close();
      await this.app.client.host.open({ panel: 'run', runId: id });
    } catch (error) {
      this.failure = error;
    }
    this.launching = false;
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('close'));
  }
}

customElements.define('fw-reproduce-form', ReproduceForm);
