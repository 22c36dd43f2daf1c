/** Quotas of projects and people: how many runs at a time, how many GPU hours a month. Administrators only. */
import { css, html, nothing } from 'lit';
import type { Quota, SetQuotaInput } from '../../../protocol/model/budget.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown, iconButton } from '../../ui/controls.ts';
import { formatCount } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Draft = {
  readonly kind: Quota['kind'];
  readonly subjectId: string;
  readonly runs: string;
  readonly hours: string;
};
type Options = readonly { readonly value: string; readonly text: string }[];
type Subjects = Readonly<Record<Quota['kind'], Options>>;

const kinds = [
  { value: 'project', text: 'Project' },
  { value: 'person', text: 'Person' },
] as const;
const kindWords = { project: 'Project', person: 'Person' } as const;
const emptyDraft: Draft = { kind: 'project', subjectId: '', runs: '', hours: '' };

export class QuotasTab extends PanelPart {
  static override properties = { ...PanelPart.properties, draft: { state: true }, failure: { state: true } };
  declare draft: Draft;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; }
      .why { color: var(--fw-dim); max-width: 84ch; margin-bottom: 12px; }
      form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin-bottom: 16px; }
      label { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--fw-dim); }
      label.subject { min-width: 180px; flex: 1 1 180px; max-width: 320px; }
      input.field { width: 130px; text-align: end; }
      td, th { height: 30px; }
      td:first-child, th:first-child { padding-inline-start: 0; }
      .acts { width: 60px; text-align: end; }
    `,
  ];

  readonly #quotas = new Resource<readonly Quota[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.quotas.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['quota.', 'run.state-changed']),
    pace: 3000,
  });
  readonly #subjects = new Resource<Subjects>(this, {
    app: () => this.app,
    load: (signal) => this.#loadSubjects(signal),
    isStale: (message) => isOf(message, ['project.', 'user.']),
    pace: 1000,
  });

  constructor() {
    super();
    this.draft = emptyDraft;
    this.failure = undefined;
  }

  override render() {
    const { value, failure } = this.#quotas;
    if (failure !== undefined && !value) return failedState(failure, () => this.#quotas.reset());
    return html`<p class="why">A run past a quota waits in the queue and says so. How many runs a hardware tier takes at a time stands in catalog.json.</p>
      ${this.#form()}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${value ? this.#list(value) : skeleton(4)}`;
  }

  #form() {
    const { kind, runs, hours } = this.draft;
    const offered = this.#subjects.value?.[kind] ?? [];
    const isReady = this.#subject() !== '' && (runs !== '' || hours !== '');
    return html`<form @submit=${(event: Event) => this.#submit(event, isReady)}>
      <label>Quota of a${dropdown({ label: 'Kind', value: kind, options: kinds, onChange: (one) => this.#set({ kind: one as Quota['kind'], subjectId: '' }) })}</label>
      <label class="subject">Which${dropdown({ label: 'Which', value: this.#subject(), options: offered, onChange: (one) => this.#set({ subjectId: one }) })}</label>
      <label>Runs at a time<input class="field" type="number" min="1" step="1" placeholder="no limit" .value=${runs} @input=${(event: Event) => this.#set({ runs: (event.target as HTMLInputElement).value })} /></label>
      <label>GPU hours a month<input class="field" type="number" min="0" step="any" placeholder="no limit" .value=${hours} @input=${(event: Event) => this.#set({ hours: (event.target as HTMLInputElement).value })} /></label>
      ${button({ label: 'Set quota', primary: true, disabled: !isReady, onClick: () => this.#submit(null, isReady) })}
      <button type="submit" hidden></button>
    </form>`;
  }

  #list(quotas: readonly Quota[]) {
    if (quotas.length === 0) {
      return emptyState({
        icon: 'sliders',
        title: 'No quotas',
        hint: 'Everybody may use what tiers and budgets leave. Bound a project or a person above.',
      });
    }
    return html`<table>
      <thead><tr><th>Of</th><th></th><th class="number">Runs at a time</th><th class="number">GPU hours a month</th><th class="number">Used this month</th><th class="acts"></th></tr></thead>
      <tbody>${quotas.map((quota) => this.#row(quota))}</tbody>
    </table>`;
  }

  #row({ kind, subjectId, name: called, concurrentRuns, gpuHours, gpuHoursUsed }: Quota) {
    const limit = (value: number | null) =>
      value === null ? html`<span class="dim">no limit</span>` : formatCount(value);
    return html`<tr>
      <td>${name(called)}</td><td class="dim">${kindWords[kind]}</td>
      <td class="number">${limit(concurrentRuns)}</td><td class="number">${limit(gpuHours)}</td><td class="number">${gpuHoursUsed.toFixed(1)}</td>
      <td class="acts">${iconButton({ icon: 'trash', label: `Take the quota of ${spellOut(called)} away`, onClick: () => void this.#send({ kind, subjectId, concurrentRuns: null, gpuHours: null }) })}</td>
    </tr>`;
  }

  #subject(): string {
    const offered = this.#subjects.value?.[this.draft.kind] ?? [];
    return (offered.find(({ value }) => value === this.draft.subjectId) ?? offered[0])?.value ?? '';
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
  }

  #submit(event: Event | null, isReady: boolean): void {
    event?.preventDefault();
    if (!isReady) return;
    const { kind, runs, hours } = this.draft;
    const bound = (text: string) => (text === '' ? null : Number(text));
    void this.#send({ kind, subjectId: this.#subject(), concurrentRuns: bound(runs), gpuHours: bound(hours) });
  }

  async #send(quota: SetQuotaInput): Promise<void> {
    try {
      this.failure = undefined;
      await this.app.client.quotas.set(quota);
      this.draft = emptyDraft;
    } catch (error) {
      this.failure = error;
    }
    this.#quotas.refresh();
  }

  async #loadSubjects(signal: AbortSignal): Promise<Subjects> {
    const { client } = this.app;
    const [project, person] = await Promise.all([
      client.projects.list({}, { signal }),
      client.session.listUsers(undefined, { signal }),
    ]);
    const options = (things: readonly { readonly id: string; readonly name: string }[]) =>
      things.map(({ id, name: called }) => ({ value: id, text: spellOut(called) }));
    return { project: options(project), person: options(person) };
  }
}

customElements.define('fw-quotas-tab', QuotasTab);
