/** What runs cost: by project, person, tier, experiment, command or run, over a span of the calendar, with a forecast. */
import { css, html, nothing } from 'lit';
import { type CostDimension, costDimensions, type Spending, type Spent } from '../../../protocol/model/cost.ts';
import type { Project } from '../../../protocol/model/project.ts';
import type { SpendingBars } from '../../charts/spendingChart.ts';
import '../../charts/spendingChart.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { toCsv } from '../../ui/csv.ts';
import { formatCount, formatMoney } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, offlineBanner, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { forecast, type Periods, periodName, periodsOf, type Span, spans, spanWords } from './periods.ts';

type Choice = { readonly span: Span; readonly by: CostDimension; readonly projectId: string };
const first: Choice = { span: 'month', by: 'project', projectId: '' };
const byWords: Readonly<Record<CostDimension, string>> = {
  project: 'Project',
  person: 'Person',
  tier: 'Hardware tier',
  experiment: 'Experiment',
  command: 'Command',
  run: 'Run',
};
const mostParts = 6;

/** An answer with the question that it belongs to: periods move on at midnight. */
type Answer = { readonly spending: Spending; readonly periods: Periods; readonly choice: Choice };

export class CostsPanel extends PanelPart {
  static override properties = { ...PanelPart.properties, choice: { state: true }, failure: { state: true } };
  declare choice: Choice;
  declare failure: unknown;
  #remembered: Remembered<Choice> | null = null;
  #stop = () => {};

  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    pace: 1000,
  });
  readonly #answer = new Resource<Answer>(this, {
    app: () => this.app,
    load: (signal) => this.#ask(this.choice, signal),
    isStale: (message) => isOf(message, ['run.', 'catalog.']),
    pace: 3000,
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; overflow: auto; }
      .page { width: 100%; max-width: 1180px; margin: 0 auto; padding: 16px 24px 40px; }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 16px; }
      .bar label { display: flex; align-items: center; gap: 8px; }
      .bar select { width: auto; max-width: 240px; }
      .bar .grow { flex: 1; }
      .sums { display: flex; flex-wrap: wrap; gap: 8px 40px; margin: 0 0 16px; }
      .sums div { min-width: 110px; }
      .sums dt { color: var(--fw-dim); font-size: 12px; }
      .sums dd { margin: 2px 0 0; font-size: 20px; font-variant-numeric: tabular-nums; }
      fw-spending-chart { --fw-chart-height: 200px; margin-bottom: 20px; }
      table { table-layout: fixed; }
      td, th { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; height: 26px; }
      th:first-child, td:first-child { width: 40%; padding-inline-start: 0; }
      .share { width: 22%; }
      td .link { padding-inline: 0; max-width: 100%; }
      .share i { display: block; height: 8px; border-radius: 2px; background: var(--vscode-charts-blue); min-width: 1px; forced-color-adjust: none; }
    `,
  ];

  constructor() {
    super();
    this.choice = first;
    this.failure = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => this.requestUpdate());
    this.#remembered = remember<Choice>(this.app.client, 'costs', first);
    void this.#remembered.read().then((choice) => {
      const known = spans.includes(choice.span) && costDimensions.includes(choice.by);
      if (known) this.#set(choice);
    });
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    return html`${banner}<div class="page">${this.#bar()}${this.failure === undefined ? nothing : problem(this.failure)}${this.#body()}</div>`;
  }

  #bar() {
    const { span, by, projectId } = this.choice;
    const projects = (this.#projects.value ?? []).map(({ id, name: called }) => ({
      value: id,
      text: spellOut(called),
    }));
    return html`<div class="bar">
      <label>Span ${dropdown({ label: 'Span', value: span, options: spans.map((one) => ({ value: one, text: spanWords[one] })), onChange: (one) => this.#set({ span: one as Span }) })}</label>
      <label>By ${dropdown({ label: 'By', value: by, options: costDimensions.map((one) => ({ value: one, text: byWords[one] })), onChange: (one) => this.#set({ by: one as CostDimension }) })}</label>
      <label>Of ${dropdown({ label: 'Project', value: projectId, options: [{ value: '', text: 'all projects that I see' }, ...projects], onChange: (id) => this.#set({ projectId: id }) })}</label>
      <span class="grow"></span>
      ${button({ label: 'Save as CSV', icon: 'download', disabled: !this.#answer.value, onClick: () => void this.#save() })}
    </div>`;
  }

  #body() {
    const { value, failure } = this.#answer;
    if (!value) return failure === undefined ? skeleton(8) : failedState(failure, () => this.#answer.reset());
    const total = sum(all(value.spending));
    if (total.runs === 0 && total.hours === 0) {
      return emptyState({
        icon: 'clock',
        title: 'Nothing was spent',
        hint: 'Runs that Flywheel launches cost their time on a hardware tier by its price, which an administrator sets in catalog.json. Choose another span or project, or launch a run.',
      });
    }
    return html`${this.#sums(value, total)}
      <fw-spending-chart .heading=${`Spending by ${byWords[value.choice.by].toLowerCase()}`} .bars=${barsOf(value)} .money=${(amount: number) => formatMoney(amount, value.spending.currency)}></fw-spending-chart>
      ${this.#table(value, total)}`;
  }

  #sums({ spending, periods }: Answer, total: Spent) {
    const money = (amount: number) => formatMoney(amount, spending.currency);
    const ahead = forecast(total.cost, periods, spending.until);
    return html`<dl class="sums">
      <div><dt>Spent</dt><dd>${money(total.cost)}</dd></div>
      ${ahead === null ? nothing : html`<div title="If it goes on as in the time that has passed"><dt>At the end, at this rate</dt><dd>${money(ahead)}</dd></div>`}
      <div><dt>Hours on tiers</dt><dd>${hours(total.hours)}</dd></div>
      <div><dt>Runs</dt><dd>${formatCount(total.runs)}</dd></div>
    </dl>`;
  }

  #table({ spending, choice }: Answer, total: Spent) {
    const rows = spending.spenders.map((spender) => ({ ...spender, total: sum(spender.periods) }));
    const rest = spending.others ? sum(spending.others) : null;
    const money = (amount: number) => formatMoney(amount, spending.currency);
    const cells = ({ cost, hours: long, runs }: Spent) => html`
      <td class="number mono">${money(cost)}</td>
      <td class="share"><i .style=${`width: ${total.cost > 0 ? (100 * cost) / total.cost : 0}%`}></i></td>
      <td class="number mono">${hours(long)}</td><td class="number mono">${formatCount(runs)}</td>`;
    return html`<table>
      <thead><tr><th>${byWords[choice.by]}</th><th class="number">Spent</th><th class="share">Share</th><th class="number">Hours</th><th class="number">Runs</th></tr></thead>
      <tbody>
        ${rows.map((row) => html`<tr><td title=${spellOut(row.name)}>${this.#named(row, choice.by)}</td>${cells(row.total)}</tr>`)}
        ${rest ? html`<tr><td class="dim">All others</td>${cells(rest)}</tr>` : nothing}
      </tbody>
    </table>`;
  }

  #named({ key, name: called }: { readonly key: string; readonly name: string }, by: CostDimension) {
    const open =
      by === 'run'
        ? ({ panel: 'run', runId: key } as const)
        : by === 'project'
          ? ({ panel: 'project', projectId: key } as const)
          : null;
    if (open === null) return html`<span class=${by === 'command' ? 'mono' : ''}>${name(called)}</span>`;
    return html`<button class="plain link" @click=${() => void this.app.client.host.open(open)}>${name(called)}</button>`;
  }

  async #ask(choice: Choice, signal: AbortSignal): Promise<Answer> {
    const periods = periodsOf(choice.span, Date.now());
    const projectIds = choice.projectId === '' ? {} : { projectIds: [choice.projectId] };
    const asked = { edges: [...periods.edges], by: choice.by, ...projectIds };
    return { spending: await this.app.client.costs.spending(asked, { signal }), periods, choice };
  }

  #set(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    this.#remembered?.write(this.choice);
    this.#answer.reset();
  }

  async #save(): Promise<void> {
    if (!this.#answer.value) return;
    const { spending, periods, choice } = this.#answer.value;
    const head = [byWords[choice.by].toLowerCase(), 'id', 'from', 'to', `cost (${spending.currency})`, 'hours', 'runs'];
    const rows = spending.spenders.flatMap(({ key, name: called, periods: own }) =>
      own.map(({ cost, hours: long, runs }, at) => [
        called,
        key,
        isoDay(periods.edges[at]),
        isoDay(periods.edges[at + 1]),
        cost,
        long,
        runs,
      ]),
    );
    try {
      this.failure = undefined;
      await this.app.client.host.save({
        kind: 'text',
        name: `costs-${choice.span}-by-${choice.by}.csv`,
        text: toCsv([head, ...rows]),
      });
    } catch (error) {
      this.failure = error;
    }
  }
}

const none: Spent = { cost: 0, hours: 0, runs: 0 };

function sum(parts: readonly Spent[]): Spent {
  return parts.reduce((a, b) => ({ cost: a.cost + b.cost, hours: a.hours + b.hours, runs: a.runs + b.runs }), none);
}

function all({ spenders, others }: Spending): readonly Spent[] {
  return [...spenders.flatMap(({ periods }) => periods), ...(others ?? [])];
}

function barsOf({ spending, periods }: Answer): SpendingBars {
  const named = spending.spenders
    .slice(0, mostParts)
    .map(({ name: called, periods: own }) => ({ name: called, costs: own.map(({ cost }) => cost) }));
  const rest = spending.spenders.slice(mostParts).map(({ periods: own }) => own);
  const more = spending.others ? [...rest, spending.others] : rest;
  const names = periods.edges.slice(0, -1).map((edge) => periodName(edge, periods.unit));
  const others = { name: 'All others', costs: names.map((_, at) => sum(more.map((own) => own[at] ?? none)).cost) };
  return { periods: names, parts: more.length > 0 ? [...named, others] : named };
}

function hours(value: number): string {
  return value >= 100 ? formatCount(Math.round(value)) : value.toFixed(value >= 1 ? 1 : 2);
}

function isoDay(at: number | undefined): string {
  const day = new Date(at ?? 0);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

customElements.define('fw-costs-panel', CostsPanel);
