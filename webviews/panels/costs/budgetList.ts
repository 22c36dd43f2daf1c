/** Budgets and how they stand; administrators set and take them away here. */
import { css, html, nothing } from 'lit';
import type { Budget, BudgetList as Budgets, SetBudgetInput } from '../../../protocol/model/budget.ts';
import { isAdministrator } from '../../state/isAdministrator.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { budgetBar, budgetBarStyles, standing } from '../../ui/budgetBar.ts';
import { button, iconButton } from '../../ui/controls.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './budgetForm.ts';
import type { Subjects } from './budgetForm.ts';

const kindWords = { project: 'Project', person: 'Person', group: 'Group' } as const;
const shownAtFirst = 6;

export class BudgetList extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    open: { state: true },
    all: { state: true },
    removing: { state: true },
    failure: { state: true },
  };
  /** Whether the form is shown. */
  declare open: boolean;
  declare all: boolean;
  declare removing: string;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    budgetBarStyles,
    css`
      section { margin-bottom: 24px; }
      .head { display: flex; align-items: center; gap: 8px; min-height: 26px; margin-bottom: 4px; }
      .one { display: grid; grid-template-columns: minmax(140px, 1fr) minmax(180px, 2fr) auto; gap: 2px 16px; align-items: center; padding: 5px 0; border-bottom: 1px solid var(--fw-line); }
      .of { font-size: 12px; color: var(--fw-dim); }
      .acts { min-width: 22px; display: flex; justify-content: flex-end; gap: 2px; grid-row: span 2; }
      .state { font-size: 12px; color: var(--fw-dim); overflow-wrap: anywhere; }
      @media (max-width: 560px) { .one { grid-template-columns: 1fr auto; } .one .bar, .one .state { grid-column: 1; } }
    `,
  ];

  readonly #budgets = new Resource<Budgets>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.budgets.list({}, { signal }),
    isStale: (message) => isOf(message, ['budget.', 'run.created', 'run.state-changed', 'group.']),
    pace: 3000,
  });
  readonly #isAdmin = new Resource<boolean>(this, {
    app: () => this.app,
    load: (signal) => isAdministrator(this.app.client, signal),
    isStale: () => false,
  });
  readonly #subjects = new Resource<Subjects>(this, {
    app: () => this.app,
    load: (signal) => (this.open ? this.#loadSubjects(signal) : undefined),
    isStale: (message) => isOf(message, ['project.', 'user.', 'group.']),
    pace: 1000,
  });

  constructor() {
    super();
    this.open = false;
    this.all = false;
    this.removing = '';
    this.failure = undefined;
  }

  override render() {
    const list = this.#budgets.value;
    const isAdmin = this.#isAdmin.value ?? false;
    if (!list || (list.budgets.length === 0 && !isAdmin)) return nothing;
    const shown = this.all ? list.budgets : list.budgets.slice(0, shownAtFirst);
    return html`<section aria-label="Budgets">
      <div class="head"><h2 class="grow">Budgets</h2>${isAdmin ? button({ label: this.open ? 'Close' : 'Set a budget', onClick: () => this.#toggle() }) : nothing}</div>
      ${this.#form(list.currency)}
      ${list.budgets.length === 0 ? html`<p class="dim">There is none. A budget warns as money is spent, or holds launches until somebody approves them.</p>` : nothing}
      ${shown.map((budget) => this.#one(budget, list.currency, isAdmin))}
      ${shown.length < list.budgets.length ? html`<button class="plain" @click=${() => this.#showAll()}>Show all ${list.budgets.length}</button>` : nothing}
    </section>`;
  }

  #form(currency: string) {
    const subjects = this.#subjects.value;
    return html`${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.open && subjects ? html`<fw-budget-form .subjects=${subjects} .currency=${currency} @budget=${(event: CustomEvent<SetBudgetInput>) => void this.#set(event.detail)}></fw-budget-form>` : nothing}`;
  }

  #one(budget: Budget, currency: string, isAdmin: boolean) {
    const { id, kind, name: called, period, enforcement } = budget;
    const when = period === 'month' ? 'this month' : 'in all';
    const then = enforcement === 'approve' ? 'asks for approval past it' : 'warns past it';
    return html`<div class="one">
      <span class="cut">${name(called)}</span>${budgetBar(budget, currency)}
      <span class="acts">${isAdmin ? this.#acts(id, called) : nothing}</span>
      <span class="of">${kindWords[kind]}, ${when}, ${then}</span><span class="state">${standing(budget, currency)}</span>
    </div>`;
  }

  #acts(id: string, called: string) {
    if (this.removing !== id) {
      return iconButton({
        icon: 'trash',
        label: `Take the budget of ${spellOut(called)} away`,
        onClick: () => this.#ask(id),
      });
    }
    return html`<button class="plain" @click=${() => this.#ask('')}>Keep</button><button class="plain error" @click=${() => void this.#remove(id)}>Take away</button>`;
  }

  #toggle(): void {
    this.open = !this.open;
    this.#subjects.refresh();
  }

  #showAll(): void {
    this.all = true;
  }

  #ask(id: string): void {
    this.removing = id;
  }

  async #loadSubjects(signal: AbortSignal): Promise<Subjects> {
    const { client } = this.app;
    const [project, person, group] = await Promise.all([
      client.projects.list({}, { signal }),
      client.session.listUsers(undefined, { signal }),
      client.groups.list(undefined, { signal }),
    ]);
    const options = (things: readonly { readonly id: string; readonly name: string }[]) =>
      things.map(({ id, name: called }) => ({ value: id, text: spellOut(called) }));
    return { project: options(project), person: options(person), group: options(group) };
  }

  #set(budget: SetBudgetInput): Promise<void> {
    return this.#try(async () => {
      await this.app.client.budgets.set(budget);
      this.open = false;
    });
  }

  #remove(budgetId: string): Promise<void> {
    return this.#try(async () => {
      await this.app.client.budgets.delete({ budgetId });
      this.removing = '';
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      this.failure = undefined;
      await work();
    } catch (error) {
      this.failure = error;
    }
    this.#budgets.refresh();
  }
}

customElements.define('fw-budget-list', BudgetList);
