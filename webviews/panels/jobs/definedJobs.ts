/** The jobs of flywheel.yaml at the commit that was launched last, with what a launch of each would do. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { DefinedJob, JobList, JobPlan } from '../../../protocol/model/job.ts';
import type { Project } from '../../../protocol/model/project.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { formatMoney, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { jobsStyles } from './jobsStyles.ts';
import type { NewSchedule } from './scheduleForm.ts';

export class DefinedJobs extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    projects: { attribute: false },
    projectId: {},
    chosen: { state: true },
    plan: { state: true },
    failure: { state: true },
  };
  declare projects: readonly Project[];
  /** The panel's choice; empty for all. */
  declare projectId: string;
  declare chosen: string;
  declare plan: { readonly job: string; readonly plan: JobPlan } | null;
  declare failure: unknown;

  readonly #jobs = new Resource<JobList | null>(this, {
    app: () => this.app,
    load: async (signal) => {
      const projectId = this.#project();
      return projectId === '' ? null : this.app.client.jobs.list({ projectId }, { signal });
    },
    isStale: (message) => isOf(message, ['run.created', 'project.']),
    pace: 1000,
  });

  static override styles = [
    base,
    stateStyles,
    jobsStyles,
    css`
      :host { display: block; }
      .c-name { width: 20%; } .c-acts { width: 250px; }
      .bar select { width: auto; max-width: 260px; }
      .problems { margin-bottom: 12px; list-style: none; }
      .problems li { display: flex; gap: 6px; padding: 2px 0; }
      .problems svg { color: var(--fw-bad); }
      .plan td { white-space: normal; height: auto; padding: 4px 0 12px 16px; }
      .plan ol { margin: 4px 0; padding-inline-start: 20px; }
      .plan tr:hover { background: none; }
      .acts vscode-button { vertical-align: middle; }
    `,
  ];

  constructor() {
    super();
    this.chosen = '';
    this.plan = null;
    this.failure = undefined;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('projectId') && !changed.has('chosen')) return;
    this.plan = null;
    if (this.hasUpdated) this.#jobs.reset();
  }

  override render() {
    const { value, failure } = this.#jobs;
    const failed = this.failure === undefined ? nothing : problem(this.failure);
    if (this.#project() === '') {
      return emptyState({
        icon: 'folder',
        title: 'No project that you may see',
        hint: 'Create one when you launch from VS Code, or ask an owner to make you a member of theirs.',
      });
    }
    const body = value
      ? this.#list(value)
      : failure === undefined
        ? skeleton(5)
        : failedState(failure, () => this.#jobs.reset());
    return html`${failed}${this.#bar(value)}${body}`;
  }

  #bar(list: JobList | null | undefined) {
    const commit = list?.code?.commit.slice(0, 10);
    const options = this.projects.map(({ id, name }) => ({ value: id, text: spellOut(name) }));
    return html`<div class="bar">
      ${this.projectId === '' ? dropdown({ label: 'Project of the jobs', value: this.#project(), options, onChange: (id) => this.#choose(id) }) : nothing}
      ${list?.path ? html`<span class="dim">${list.path} at <span class="mono">${commit}</span>, the code that was launched last</span>` : nothing}
    </div>`;
  }

  #list({ path, jobs, problems }: JobList) {
    if (path === null) {
      return emptyState({
        icon: 'file',
        title: 'No flywheel.yaml yet',
        hint: html`Add one to the folder that you launch from: <span class="mono">jobs:</span>, then a name with a <span class="mono">command</span>. VS Code completes the rest. It is read from the code that was launched last.`,
      });
    }
    return html`${problems.length > 0 ? html`<ul class="problems" role="alert">${problems.map(({ line, message }) => html`<li>${icon('error')}<span><span class="mono">${path}:${line}</span> ${marked(message)}</span></li>`)}</ul>` : nothing}
      ${jobs.length === 0 ? html`<p class="dim">It defines no job that can be run.</p>` : this.#table(jobs)}`;
  }

  #table(jobs: readonly DefinedJob[]) {
    return html`<table>
      <thead><tr><th class="c-name">Job</th><th>Runs</th><th class="wide">Environment, tier</th><th class="wide">Needs</th><th class="acts c-acts">Do</th></tr></thead>
      <tbody>${jobs.map((job) => html`${this.#row(job)}${this.plan?.job === job.name ? this.#planRow(this.plan.plan) : nothing}`)}</tbody>
    </table>`;
  }

  #row({ name: job, definition }: DefinedJob) {
    const { command, report, environment, tier, description } = definition;
    const needs = definition['depends-on'] ?? [];
    return html`<tr>
      <td title=${description ?? job}>${job}${report === undefined ? nothing : html` <span class="sign">report</span>`}</td>
      <td class="mono" title=${spellOut(command ?? report ?? '')}>${marked(command ?? report ?? '')}</td>
      <td class="wide">${environment ?? 'default'}, ${tier ?? 'default'}</td>
      <td class="wide">${needs.join(', ') || '–'}</td>
      <td class="acts">${button({ label: 'Run', icon: 'play', onClick: () => void this.#run(job) })}
        ${button({ label: 'Dry run', onClick: () => void this.#dryRun(job) })}
        ${button({ label: 'Schedule', onClick: () => this.#schedule(job, definition) })}</td>
    </tr>`;
  }

  #planRow({ steps, cost, possible }: JobPlan) {
    const money = cost && `${formatMoney(cost.low, cost.currency)} to ${formatMoney(cost.high, cost.currency)}`;
    return html`<tr class="plan"><td colspan="5" role="status">
      <b>${possible ? `${plural(steps.length, 'run')} would be queued` : 'It would be refused'}</b>${money ? `, likely ${money} together` : possible ? ', at a cost that no earlier run tells' : ''}
      <ol>${steps.map(
        (
          step,
        ) => html`<li><b>${step.job}</b> <span class="mono">${marked(step.command)}</span>, environment ${step.environmentId}${step.environmentRevision === null ? '' : ` revision ${step.environmentRevision}`}, tier ${step.tierId}.
          ${step.problem === null ? html`<span class="dim">It waits ${step.waitsFor.join('; ')}.</span>` : html`<span class="error">${marked(step.problem)}</span>`}</li>`,
      )}</ol></td></tr>`;
  }

  #project(): string {
    return this.projectId || this.chosen || (this.projects[0]?.id ?? '');
  }

  #choose(projectId: string): void {
    this.chosen = projectId;
  }

  #schedule(job: string, { schedule }: DefinedJob['definition']): void {
    const code = this.#jobs.value?.code ?? undefined;
    const proposal = schedule && { ...schedule, catchUp: schedule['catch-up'] };
    const detail: NewSchedule = { projectId: this.#project(), job, code, ...proposal };
    this.dispatchEvent(new CustomEvent('schedule', { detail }));
  }

  #dryRun(job: string): Promise<void> {
    return this.#withCode(async (code) => {
      this.plan = { job, plan: await this.app.client.jobs.dryRun({ projectId: this.#project(), job, code }) };
    });
  }

  #run(job: string): Promise<void> {
    return this.#withCode(async (code) => {
      const requestId = crypto.randomUUID();
      const { runId } = await this.app.client.jobs.launch({ projectId: this.#project(), job, code, requestId });
      await this.app.client.host.open({ panel: 'run', runId });
    });
  }

  async #withCode(work: (code: NonNullable<JobList['code']>) => Promise<void>): Promise<void> {
    const code = this.#jobs.value?.code;
    if (!code) return;
    try {
      this.failure = undefined;
      await work(code);
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('fw-defined-jobs', DefinedJobs);
