/** The form in which an administrator sets a budget. Holds what is typed; sets nothing itself. */
import { css, html, LitElement } from 'lit';
import type { LimitKind, SetBudgetInput } from '../../../protocol/model/budget.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { base } from '../../ui/styles.ts';

export type Subjects = Readonly<Record<LimitKind, readonly { readonly value: string; readonly text: string }[]>>;

const kinds = [
  { value: 'project', text: 'Project' },
  { value: 'person', text: 'Person' },
  { value: 'group', text: 'Group' },
] as const;
const periods = [
  { value: 'month', text: 'a month' },
  { value: 'total', text: 'in all' },
] as const;
const past = [
  { value: 'warn', text: 'warn' },
  { value: 'approve', text: 'ask for approval' },
] as const;

type Draft = Omit<SetBudgetInput, 'amount'> & { readonly amount: string };

export class BudgetForm extends LitElement {
  static override properties = { subjects: { attribute: false }, currency: {}, draft: { attribute: false } };
  declare subjects: Subjects;
  declare currency: string;
  declare draft: Draft;

  static override styles = [
    base,
    css`
      form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; padding: 6px 0 16px; }
      label { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--fw-dim); }
      label.subject { min-width: 180px; flex: 1 1 180px; max-width: 320px; }
      input.field { width: 110px; text-align: end; }
      .none { color: var(--fw-dim); }
    `,
  ];

  constructor() {
    super();
    this.subjects = { project: [], person: [], group: [] };
    this.currency = '';
    this.draft = { kind: 'project', subjectId: '', period: 'month', enforcement: 'approve', amount: '' };
  }

  override render() {
    const { kind, period, amount, enforcement } = this.draft;
    const offered = this.subjects[kind];
    const subjectId = this.#subject();
    const isReady = subjectId !== '' && Number(amount) > 0;
    return html`<form @submit=${(event: Event) => this.#submit(event, isReady)}>
      <label>Budget of a${dropdown({ label: 'Kind', value: kind, options: kinds, onChange: (one) => this.#set({ kind: one as LimitKind, subjectId: '' }) })}</label>
      <label class="subject">Which${offered.length === 0 ? html`<span class="none">There is none yet</span>` : dropdown({ label: 'Which', value: subjectId, options: offered, onChange: (one) => this.#set({ subjectId: one }) })}</label>
      <label>Amount in ${this.currency}<input class="field" type="number" min="0" step="any" required aria-label="Amount" .value=${amount} @input=${(event: Event) => this.#set({ amount: (event.target as HTMLInputElement).value })} /></label>
      <label>For${dropdown({ label: 'Period', value: period ?? 'month', options: periods, onChange: (one) => this.#set({ period: one as 'month' }) })}</label>
      <label>Past it${dropdown({ label: 'Past it', value: enforcement ?? 'warn', options: past, onChange: (one) => this.#set({ enforcement: one as 'warn' }) })}</label>
      ${button({ label: 'Set budget', primary: true, disabled: !isReady, onClick: () => this.#submit(null, isReady) })}
      <button type="submit" hidden></button>
    </form>`;
  }

  #subject(): string {
    const offered = this.subjects[this.draft.kind];
    return (offered.find(({ value }) => value === this.draft.subjectId) ?? offered[0])?.value ?? '';
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
  }

  #submit(event: Event | null, isReady: boolean): void {
    event?.preventDefault();
    if (!isReady) return;
    const detail: SetBudgetInput = {
      kind: this.draft.kind,
      subjectId: this.#subject(),
      period: this.draft.period,
      amount: Number(this.draft.amount),
      enforcement: this.draft.enforcement,
    };
    this.dispatchEvent(new CustomEvent<SetBudgetInput>('budget', { detail }));
  }
}

customElements.define('fw-budget-form', BudgetForm);
