/** The home of a project: what it is for, where it stands, what it came to, what holds it up, who is in it. */
import { css, html, nothing } from 'lit';
import type { Budget } from '../../../protocol/model/budget.ts';
import type { Spending } from '../../../protocol/model/cost.ts';
import type { Member, Project, Stage } from '../../../protocol/model/project.ts';
import type { Branch, Readme } from '../../../protocol/model/projectCode.ts';
import type { ProjectOverview } from '../../../protocol/model/projectPlan.ts';
import type { RegisteredModel } from '../../../protocol/model/registeredModel.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { forecastOf, type Month, monthOf } from '../../state/month.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { budgetBar, budgetBarStyles, standing } from '../../ui/budgetBar.ts';
import { formatMoney, plural } from '../../ui/format.ts';
import { markdown, markdownStyles } from '../../ui/markdown.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, offlineBanner, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import type { ToastText } from '../../ui/toast.ts';
import { whenLoaded } from '../../ui/whenLoaded.ts';
import '../../ui/note.ts';
import '../../ui/toast.ts';
import type { Done } from './act.ts';
import './activityFeed.ts';
import './blockerList.ts';
import './branchList.ts';
import './goalList.ts';
import './memberList.ts';
import './projectHead.ts';
import './usedThings.ts';

type Spent = { readonly spending: Spending; readonly month: Month; readonly budgets: readonly Budget[] };

export class ProjectPanel extends PanelPart {
  static override properties = { ...PanelPart.properties, failure: { state: true }, toast: { state: true } };
  declare failure: unknown;
  declare toast: ToastText | null;
  #stop = () => {};
  /** Of the project when its purpose began to be written. */
  #purposeVersion = 0;

  readonly #project = this.#resource<Project>(['project.', 'run.'], ({ projectId }, signal) =>
    this.app.client.projects.get({ projectId }, { signal }),
  );
  readonly #stages = new Resource<readonly Stage[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.stages(undefined, { signal }),
    isStale: (message) => isOf(message, ['catalog.']),
  });
  readonly #members = this.#resource<readonly Member[]>(['project.'], ({ projectId }, signal) =>
    this.app.client.projects.members({ projectId }, { signal }),
  );
  readonly #overview = this.#resource<ProjectOverview>(['project.', 'run.', 'experiment.'], ({ projectId }, signal) =>
    this.app.client.projects.overview({ projectId }, { signal }),
  );
  readonly #readme = this.#resource<Readme>(['code.'], ({ projectId }, signal) =>
    this.app.client.projects.readme({ projectId }, { signal }),
  );
  readonly #branches = this.#resource<readonly Branch[]>(
    ['code.', 'project.branch-protected'],
    ({ projectId }, signal) => this.app.client.projects.branches({ projectId }, { signal }),
  );
  readonly #runs = this.#resource<{ readonly items: readonly RunSummary[] }>(['run.'], ({ projectId }, signal) =>
    this.app.client.runs.list({ projectId, limit: 8 }, { signal }),
  );
  readonly #models = this.#resource<{ readonly items: readonly RegisteredModel[] }>(
    ['model.'],
    ({ projectId }, signal) => this.app.client.models.list({ projectId, limit: 20 }, { signal }),
  );
  readonly #spent = this.#resource<Spent>(['run.', 'budget.'], ({ projectId }, signal) => this.#ask(projectId, signal));

  static override styles = [
    base,
    stateStyles,
    markdownStyles,
    budgetBarStyles,
    css`
      fw-comments { padding: 0; max-width: none; }
      section .bar { margin: 8px 0 2px; }
      :host { display: flex; flex-direction: column; height: 100%; overflow: auto; position: relative; }
      .page { width: 100%; max-width: 1280px; margin: 0 auto; padding: 20px 24px 48px; }
      .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(260px, 340px); gap: 0 40px; }
      .main > *, .side > * { margin-bottom: 28px; }
      .readme { border: 1px solid var(--fw-edge); border-radius: 4px; padding: 12px 16px; max-height: 640px; overflow: auto; }
      .readme pre { white-space: pre-wrap; margin: 0; font: inherit; }
      .money { font-size: 18px; font-variant-numeric: tabular-nums; }
      h2 { margin-bottom: 6px; }
      .problem { margin-bottom: 12px; }
      @media (max-width: 820px) { .columns { grid-template-columns: minmax(0, 1fr); } .page { padding: 12px; } }
    `,
  ];

  constructor() {
    super();
    this.failure = undefined;
    this.toast = null;
  }

  get projectId(): string {
    return this.app.place.panel === 'project' ? this.app.place.projectId : '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const { value: project, failure } = this.#project;
    const gone = failure !== undefined && this.app.connection.ready;
    const body =
      project && !gone
        ? this.#page(project)
        : failure === undefined
          ? skeleton(12)
          : failedState(failure, () => this.#project.reset());
    return html`${banner}${body}<fw-toast .toast=${this.toast} @end=${() => {
      this.toast = null;
    }}></fw-toast>`;
  }

  #page(project: Project) {
    const { role } = project;
    const overview = this.#overview.value;
    const may = { contribute: role !== 'viewer', own: role === 'owner' };
    const members = this.#members.value ?? [];
    return html`<div class="page" @done=${this.#done} @refused=${this.#refused}>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <fw-project-head .app=${this.app} .project=${project} .stages=${this.#stages.value ?? []}></fw-project-head>
      <div class="columns">
        <div class="main">
          <fw-note heading="Purpose" .text=${project.description} .fixed=${!may.own} hint="Nobody said yet what this project is for." .save=${(text: string) => this.#savePurpose(project, text)} @begin=${() => {
            this.#purposeVersion = project.version;
          }}></fw-note>
          <fw-project-results .app=${this.app} .results=${overview?.results} .runs=${this.#runs.value?.items}></fw-project-results>
          ${this.#readmePart()}
          ${this.#talk(project)}
          <fw-activity-feed .app=${this.app} .projectId=${project.id} .people=${members.map(({ user }) => user)}></fw-activity-feed>
        </div>
        <div class="side">
          ${
            overview
              ? html`<fw-goal-list .app=${this.app} .projectId=${project.id} .goals=${overview.goals} .editable=${may.contribute}></fw-goal-list>
          <fw-blocker-list .app=${this.app} .projectId=${project.id} .blockers=${overview.blockers} .editable=${may.contribute}></fw-blocker-list>`
              : skeleton(4)
          }
          ${this.#spending()}
          <fw-member-list .app=${this.app} .project=${project} .members=${members} .editable=${may.own}></fw-member-list>
          <fw-used-things .app=${this.app} .overview=${overview} .models=${this.#models.value?.items}></fw-used-things>
          <fw-branch-list .app=${this.app} .projectId=${project.id} .branches=${this.#branches.value ?? []} .editable=${may.own}></fw-branch-list>
        </div>
      </div>
    </div>`;
  }

  #readmePart() {
    const { value } = this.#readme;
    if (value === undefined) return nothing;
    if (value === null)
      return html`<section><h2>README</h2><p class="dim">The code has none. A README.md on the default branch tells newcomers how to begin.</p></section>`;
    const isMarkdown = /\.(md|markdown)$/i.test(value.path);
    return html`<section><h2>README</h2><div class="readme" tabindex="0" aria-label="README">${isMarkdown ? markdown(value.text) : html`<pre>${spellOut(value.text)}</pre>`}${value.cut ? html`<p class="dim">It goes on in the repository.</p>` : nothing}</div></section>`;
  }

  #talk({ id }: Project) {
    return html`<section><h2>Conversations</h2>${whenLoaded(this, {
      tag: 'fw-comments',
      load: () => import('../../ui/comments/comments.ts'),
      draw: () => html`<fw-comments .app=${this.app} .projectId=${id} .target=${{ kind: 'project' }}></fw-comments>`,
    })}</section>`;
  }

  #spending() {
    const { value } = this.#spent;
    if (!value) return nothing;
    const { spending, month, budgets } = value;
    const [own] = spending.spenders;
    const spent = own?.periods[0]?.cost ?? 0;
    const ahead = forecastOf(spent, month, spending.until);
    const money = (amount: number) => formatMoney(amount, spending.currency);
    return html`<section><h2>Spending this month</h2><div class="money">${money(spent)}</div>
      <p class="dim">${ahead === null ? nothing : html`${money(ahead)} at the end, at this rate. `}${budgets.length === 0 ? 'No budget is set.' : nothing}${own ? html` ${plural(own.periods[0]?.runs ?? 0, 'run')}.` : nothing}</p>
      ${budgets.map((budget) => html`${budgetBar(budget, spending.currency)}<p class="dim">${standing(budget, spending.currency)}${budget.period === 'month' ? ' this month' : ' in all'}</p>`)}</section>`;
  }

  async #ask(projectId: string, signal: AbortSignal): Promise<Spent> {
    const month = monthOf(Date.now());
    const question = { edges: [month.from, month.to], by: 'project' as const, projectIds: [projectId] };
    const [spending, { budgets }] = await Promise.all([
      this.app.client.costs.spending(question, { signal }),
      this.app.client.budgets.list({ projectId }, { signal }),
    ]);
    return { spending, month, budgets };
  }

  /** Whoever saves again after the word that somebody was first writes over it knowingly. */
  async #savePurpose({ id: projectId, version }: Project, description: string): Promise<boolean> {
    const expectedVersion = this.#purposeVersion;
    try {
      this.#project.take(await this.app.client.projects.update({ projectId, expectedVersion, description }));
      this.failure = undefined;
      return true;
    } catch (failure) {
      this.failure = failure;
      this.#purposeVersion = version;
      this.#refresh();
      return false;
    }
  }

  readonly #done = (event: Event) => {
    this.failure = undefined;
    this.toast = (event as CustomEvent<Done>).detail.toast ?? null;
    this.#refresh();
  };

  readonly #refused = (event: Event) => {
    this.failure = (event as CustomEvent<unknown>).detail;
    this.scrollTo({ top: 0 });
    this.#refresh();
  };

  /** Without waiting for the event that tells of it. */
  #refresh(): void {
    for (const each of [this.#project, this.#members, this.#overview, this.#branches]) each.refresh();
  }

  #resource<T>(
    families: readonly string[],
    load: (of: { readonly projectId: string }, signal: AbortSignal) => Promise<T>,
  ) {
    return new Resource<T>(this, {
      app: () => this.app,
      load: (signal) => load({ projectId: this.projectId }, signal),
      isStale: (message) => isOf(message, families, { projectId: this.projectId }),
      pace: 1000,
    });
  }
}

customElements.define('fw-project-panel', ProjectPanel);
