/** What a browser shows first: the projects, and the newest runs with their live state. */
import { css, html, nothing } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import { isFinal, type RunSummary } from '../../../protocol/model/run.ts';
import type { TierList } from '../../../protocol/model/tier.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { durationOf, formatAgo, formatDuration, formatMoney, formatTime, plural } from '../../ui/format.ts';
import { plainOf } from '../../ui/markdown.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart, tick } from '../../ui/panelBase.ts';
import { runStateLabel, runStateStyles } from '../../ui/runState.ts';
import { emptyState, failedState, offlineBanner, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Runs = { readonly items: readonly RunSummary[]; readonly next?: string };

export class HomePanel extends PanelPart {
  #stops: (() => void)[] = [];

  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.', 'run.']),
    pace: 700,
  });
  readonly #runs = new Resource<Runs>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.runs.list({ limit: 50 }, { signal }),
    isStale: (message) => isOf(message, ['run.', 'project.']),
    pace: 500,
  });
  readonly #tiers = new Resource<TierList>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.tiers.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['catalog.']),
  });

  static override styles = [
    base,
    stateStyles,
    runStateStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; overflow: auto; }
      .page { width: 100%; max-width: 1280px; margin: 0 auto; padding: 20px 24px 40px; }
      h2 { margin: 0 0 8px; }
      .projects { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr)); gap: 12px; margin-bottom: 28px; }
      .project { display: block; padding: 10px 14px 12px; border: 1px solid var(--fw-edge); border-radius: 4px; color: inherit; background: var(--vscode-editorWidget-background); min-width: 0; }
      .project:hover { background: var(--fw-hover); text-decoration: none; }
      .project .head { display: flex; gap: 8px; align-items: baseline; }
      .project .text { min-height: 18px; }
      .stage { font-size: 11px; color: var(--fw-dim); text-transform: capitalize; }
      .foot { display: flex; gap: 12px; margin-top: 6px; font-size: 12px; color: var(--fw-dim); }
      .active { color: var(--fw-active); }
      table { table-layout: fixed; }
      td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; height: 26px; unicode-bidi: plaintext; }
      th:first-child, td:first-child { padding-inline-start: 0; }
      .c-name { width: 26%; } .c-state { width: 13%; } .c-cost, .c-tier { width: 10%; }
      .why { color: var(--fw-dim); }
      @media (max-width: 720px) { .wide { display: none; } .c-name { width: 40%; } .c-state { width: 24%; } .page { padding: 12px; } }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stops = [tick(this), this.app.connection.onChange(() => this.requestUpdate())];
  }

  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    super.disconnectedCallback();
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const failure = this.#projects.failure ?? this.#runs.failure;
    if (failure !== undefined && !this.#projects.value)
      return html`${banner}${failedState(failure, () => {
        this.#projects.reset();
        this.#runs.reset();
      })}`;
    return html`${banner}<div class="page">
      <h2>Projects</h2>
      ${this.#projects.value ? this.#projectCards(this.#projects.value) : skeleton(3)}
      <h2>Newest runs</h2>
      ${this.#runs.value ? this.#runTable(this.#runs.value.items) : skeleton(6)}
    </div>`;
  }

  #projectCards(projects: readonly Project[]) {
    if (projects.length === 0) {
      return emptyState({
        icon: 'folder',
        title: 'No project that you may see',
        hint: 'Create one when you launch from VS Code, or ask an owner to make you a member of theirs.',
      });
    }
    return html`<div class="projects">${projects.map((project) => projectCard(project))}</div>`;
  }

  #runTable(runs: readonly RunSummary[]) {
    if (runs.length === 0) {
      return emptyState({
        icon: 'play',
        title: 'No runs yet',
        hint: 'Launch one from VS Code, or log one with stock mlflow and MLFLOW_TRACKING_URI set to this server.',
      });
    }
    const priced = this.#tiers.value?.tiers.some((tier) => tier.pricePerHour > 0) ?? false;
    return html`<table>
      <thead><tr><th class="c-name">Run</th><th class="c-state">State</th><th>Project</th><th class="wide">User</th><th class="c-tier wide">Tier</th><th>Created</th><th class="number">Duration</th>${priced ? html`<th class="number c-cost wide">Cost</th>` : nothing}</tr></thead>
      <tbody>${runs.map((run) => this.#runRow(run, priced))}</tbody>
    </table>`;
  }

  #runRow(run: RunSummary, priced: boolean) {
    const took = durationOf(run);
    return html`<tr>
      <td><a href="/runs/${run.id}" title=${spellOut(run.name)}>${name(run.name)}</a></td>
      <td title=${run.detail ? spellOut(run.detail) : nothing}>${runStateLabel(run.state)}</td>
      <td title=${run.projectId}>${run.projectId}</td>
      <td class="wide" title=${spellOut(run.createdBy.name)}>${name(run.createdBy.name)}</td>
      <td class="wide">${run.tierId ?? '–'}</td>
      <td title=${formatTime(run.createdAt)}>${formatAgo(run.createdAt)}</td>
      <td class="number">${took === null ? (isFinal(run.state) ? '–' : '') : formatDuration(took)}</td>
      ${priced ? html`<td class="number wide">${this.#tiers.value ? formatMoney(run.cost, this.#tiers.value.currency) : ''}</td>` : nothing}
    </tr>`;
  }
}

function projectCard(project: Project) {
  const about = spellOut(plainOf(project.description));
  return html`<a class="project" href="/projects/${project.id}">
    <div class="head"><h3 class="cut grow" title=${spellOut(project.name)}>${name(project.name)}</h3><span class="stage">${project.stage}</span></div>
    <p class="cut dim text" title=${about || nothing}>${about || project.id}</p>
    <div class="foot">
      <span>${plural(project.runs.total, 'run')}</span>
      ${project.runs.active > 0 ? html`<span class="active">${project.runs.active} active</span>` : nothing}
      <span class="cut">${formatAgo(project.lastActivityAt)}</span>
    </div>
  </a>`;
}

customElements.define('fw-home-panel', HomePanel);
