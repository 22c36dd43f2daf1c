/** Jobs of a project or of all: the queue, what is scheduled, and what flywheel.yaml defines. */
import { css, html, type TemplateResult } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import type { QueueList } from '../../../protocol/model/queue.ts';
import type { Schedule } from '../../../protocol/model/schedule.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { dropdown } from '../../ui/controls.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart, tick } from '../../ui/panelBase.ts';
import { failedState, offlineBanner, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/tabs.ts';
import './definedJobs.ts';
import { jobsStyles } from './jobsStyles.ts';
import './queueTab.ts';
import type { NewSchedule } from './scheduleForm.ts';
import './schedulesTab.ts';

type TabId = 'queue' | 'schedules' | 'jobs';

export class JobsPanel extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    tab: { state: true },
    projectId: { state: true },
    wanted: { state: true },
  };
  declare tab: TabId;
  declare projectId: string;
  /** A schedule that is being made. */
  declare wanted: NewSchedule | null;
  #stops: (() => void)[] = [];
  #applied = '';

  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    pace: 1000,
  });
  readonly #queue = new Resource<QueueList>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.queue.list(this.#ofProject(), { signal }),
    // A place in the queue that changes is told as growth of the run.
    isStale: (message) => message.kind === 'touched' || isOf(message, ['run.', 'queue.', 'catalog.', 'project.']),
    pace: 400,
  });
  readonly #schedules = new Resource<readonly Schedule[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.schedules.list(this.#ofProject(), { signal }),
    isStale: (message) => isOf(message, ['schedule.', 'project.']),
    pace: 400,
  });

  static override styles = [
    base,
    stateStyles,
    jobsStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; min-height: 0; }
      .top { display: flex; align-items: center; border-bottom: 1px solid var(--fw-line); padding-inline-end: 16px; }
      .top fw-tabs { flex: 1; border-bottom: 0; margin-bottom: -1px; }
      .top select { width: auto; max-width: 260px; }
      .scroll { flex: 1; overflow: auto; min-height: 0; }
    `,
  ];

  constructor() {
    super();
    this.tab = 'queue';
    this.projectId = '';
    this.wanted = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stops = [tick(this, 5000), this.app.connection.onChange(() => this.requestUpdate())];
  }

  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    super.disconnectedCallback();
  }

  override willUpdate(): void {
    const { place } = this.app;
    const asked = JSON.stringify(place);
    if (asked === this.#applied || place.panel !== 'jobs') return;
    this.#applied = asked;
    if (place.projectId !== undefined) this.#choose(place.projectId);
    if (place.scheduleOf && place.projectId) {
      this.wanted = { projectId: place.projectId, ...place.scheduleOf };
      this.tab = 'schedules';
    } else if (place.tab) this.tab = place.tab;
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const projects = (this.#projects.value ?? []).map(({ id, name }) => ({ value: id, text: spellOut(name) }));
    const tabs = [
      { id: 'queue', label: 'Queue', count: this.#queue.value?.queued.length ?? 0 },
      { id: 'schedules', label: 'Schedules', count: this.#schedules.value?.length ?? 0 },
      { id: 'jobs', label: 'Defined jobs' },
    ];
    return html`${banner}
      <div class="top">
        <fw-tabs .tabs=${tabs} .selected=${this.tab} @select=${(event: CustomEvent<TabId>) => this.#show(event.detail)}></fw-tabs>
        ${dropdown({ label: 'Project', value: this.projectId, options: [{ value: '', text: 'All projects' }, ...projects], onChange: (id) => this.#choose(id) })}
      </div>
      <div class="scroll"><div class="page" role="tabpanel">${this.#content()}</div></div>`;
  }

  #content() {
    if (this.tab === 'queue') {
      return shown(this.#queue, (queue) => html`<fw-queue-tab .app=${this.app} .queue=${queue}></fw-queue-tab>`);
    }
    if (this.tab === 'jobs') {
      const onSchedule = (event: CustomEvent<NewSchedule>) => this.#schedule(event.detail);
      return shown(
        this.#projects,
        (projects) =>
          html`<fw-defined-jobs .app=${this.app} .projects=${projects} .projectId=${this.projectId} @schedule=${onSchedule}></fw-defined-jobs>`,
      );
    }
    return shown(
      this.#schedules,
      (schedules) =>
        html`<fw-schedules-tab .app=${this.app} .schedules=${schedules} .wanted=${this.wanted} @done=${() => this.#schedule(null)} @jobs=${() => this.#show('jobs')}></fw-schedules-tab>`,
    );
  }

  #ofProject() {
    return this.projectId === '' ? {} : { projectId: this.projectId };
  }

  #show(tab: TabId): void {
    this.tab = tab;
  }

  #schedule(wanted: NewSchedule | null): void {
    this.wanted = wanted;
    if (wanted) this.tab = 'schedules';
  }

  #choose(projectId: string): void {
    if (projectId === this.projectId) return;
    this.projectId = projectId;
    this.#queue.reset();
    this.#schedules.reset();
  }
}

function shown<T>(resource: Resource<T>, draw: (value: T) => TemplateResult): TemplateResult {
  if (resource.value !== undefined) return draw(resource.value);
  return resource.failure === undefined ? skeleton(8) : failedState(resource.failure, () => resource.reset());
}

customElements.define('fw-jobs-panel', JobsPanel);
