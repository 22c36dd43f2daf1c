/** The hardware tiers as cards of a radio group: what each is, costs, and how busy it is. */
import { css, html, LitElement, nothing } from 'lit';
import type { TierList, TierStatus } from '../../../protocol/model/tier.ts';
import { formatMemory, formatMoney } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { base } from '../../ui/styles.ts';

export class TierCards extends LitElement {
  static override properties = { tiers: { attribute: false }, selected: {} };
  declare tiers: TierList;
  declare selected: string;

  static override styles = [
    base,
    css`
      :host { display: block; }
      .group { display: flex; flex-direction: column; gap: 6px; }
      .card {
        display: grid; grid-template-columns: 1fr auto; gap: 1px 8px; padding: 7px 10px; border-radius: 4px; cursor: pointer; text-align: start;
        border: 1px solid var(--fw-edge); background: var(--vscode-editorWidget-background);
      }
      .card:hover { background: var(--fw-hover); }
      .card[aria-checked='true'] { border-color: var(--vscode-focusBorder); box-shadow: inset 3px 0 0 var(--vscode-focusBorder); }
      :host(:dir(rtl)) .card[aria-checked='true'] { box-shadow: inset -3px 0 0 var(--vscode-focusBorder); }
      .card[aria-disabled='true'] { cursor: default; }
      .card[aria-disabled='true'] .what { opacity: 0.65; }
      .card:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
      .name { font-weight: 600; }
      .price { white-space: nowrap; }
      .what, .load { color: var(--fw-dim); font-size: 12px; grid-column: 1 / -1; }
      .problem { grid-column: 1 / -1; display: flex; gap: 6px; color: var(--vscode-errorForeground); font-size: 12px; overflow-wrap: anywhere; }
      .problem svg.icon { width: 14px; height: 18px; }
    `,
  ];

  override render() {
    return html`<div class="group" role="radiogroup" aria-label="Hardware tier" @keydown=${this.#move}>
      ${this.tiers.tiers.map((tier) => this.#card(tier))}
    </div>`;
  }

  #card(tier: TierStatus) {
    const checked = tier.id === this.selected;
    const first = this.tiers.tiers[0]?.id === tier.id && !this.tiers.tiers.some((one) => one.id === this.selected);
    return html`<div class="card" role="radio" data-id=${tier.id} aria-checked=${String(checked)} aria-disabled=${String(!tier.available)}
      tabindex=${checked || first ? 0 : -1} title=${tier.description ? spellOut(tier.description) : nothing} @click=${() => this.#choose(tier)}>
      <span class="name cut">${name(tier.name)}</span>
      <span class="price">${tier.pricePerHour === 0 ? 'free' : `${formatMoney(tier.pricePerHour, this.tiers.currency)}/h`}</span>
      <span class="what">${specification(tier)}</span>
      ${loadOf(tier)}
      ${tier.problem ? html`<span class="problem">${icon('warning')}<span>${marked(tier.problem)}</span></span>` : nothing}
    </div>`;
  }

  #move(event: KeyboardEvent): void {
    const usable = this.tiers.tiers.filter((tier) => tier.available);
    const next = this.#aimed(event, usable);
    if (!next) return;
    event.preventDefault();
    this.#choose(next);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-id="${next.id}"]`)?.focus());
  }

  /** The card that a key leads to: the focused one itself, or its neighbour around the end. */
  #aimed(event: KeyboardEvent, usable: readonly TierStatus[]): TierStatus | undefined {
    const focused = (event.target as HTMLElement).dataset.id;
    if (event.key === ' ' || event.key === 'Enter') return usable.find((tier) => tier.id === focused);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const at = usable.findIndex((tier) => tier.id === focused);
    return step === undefined ? undefined : usable[(at + step + usable.length) % usable.length];
  }

  #choose(tier: TierStatus): void {
    if (!tier.available) return;
    this.selected = tier.id;
    this.dispatchEvent(new CustomEvent<string>('choose', { detail: tier.id }));
  }
}

function specification(tier: TierStatus): string {
  const parts = [
    `${tier.cpus} ${tier.cpus === 1 ? 'CPU' : 'CPUs'}`,
    formatMemory(tier.memoryMiB),
    tier.gpus > 0 ? `${tier.gpus} ${tier.gpus === 1 ? 'GPU' : 'GPUs'}` : null,
    tier.maxMinutes === null ? null : `at most ${limitText(tier.maxMinutes)}`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function limitText(minutes: number): string {
  return minutes >= 120 ? `${Number((minutes / 60).toFixed(1))} h` : `${minutes} min`;
}

function loadOf(tier: TierStatus) {
  if (!tier.available) return nothing;
  const free = tier.concurrency - tier.running;
  const queue = tier.queued > 0 ? `${tier.queued} waiting` : free > 0 ? 'starts at once' : 'you would be next';
  return html`<span class="load">${tier.running} of ${tier.concurrency} running · ${queue}</span>`;
}

customElements.define('fw-tier-cards', TierCards);
