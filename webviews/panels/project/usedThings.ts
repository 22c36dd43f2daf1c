/** What the project's runs came to and what they used: results, newest runs, environments, models, datasets. */
import { css, html, nothing } from 'lit';
import type { ProjectOverview, ProjectResult } from '../../../protocol/model/projectPlan.ts';
import type { RegisteredModel } from '../../../protocol/model/registeredModel.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { durationOf, formatAgo, formatDuration, formatMetric, formatTime, plural } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { runStateLabel, runStateStyles } from '../../ui/runState.ts';
import { skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { sectionStyles } from './projectStyles.ts';

export class ProjectResults extends PanelPart {
  static override properties = { ...PanelPart.properties, results: { attribute: false }, runs: { attribute: false } };
  declare results: readonly ProjectResult[] | undefined;
  declare runs: readonly RunSummary[] | undefined;

  static override styles = [
    base,
    sectionStyles,
    stateStyles,
    runStateStyles,
    css`
      table { table-layout: fixed; margin-bottom: 20px; }
      td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; height: 26px; unicode-bidi: plaintext; }
      th:first-child, td:first-child { padding-inline-start: 0; }
      .value { width: 20%; }
      .state { width: 120px; }
    `,
  ];

  override render() {
    return html`<div class="heading"><h2>Best results</h2></div>${this.results ? this.#results(this.results) : skeleton(2)}
      <div class="heading"><h2>Newest runs</h2></div>${this.runs ? this.#runs(this.runs) : skeleton(3)}`;
  }

  #results(results: readonly ProjectResult[]) {
    if (results.length === 0) return html`<p class="hint">No run has logged a metric yet.</p>`;
    return html`<table><thead><tr><th>Experiment</th><th>Metric</th><th class="number value">Best</th><th>Run</th></tr></thead>
      <tbody>${results.map((one) => this.#result(one))}</tbody></table>`;
  }

  #result({ experiment, experimentId, metric, direction, value, run, runs }: ProjectResult) {
    const about = `${direction === 'min' ? 'Lowest' : 'Highest'} of ${plural(runs, 'run')}`;
    return html`<tr><td>${this.#link(experiment, () => void this.app.client.host.open({ panel: 'experiments', experimentId }))}</td>
      <td title=${spellOut(metric)}>${name(metric)} <span class="dim" aria-label=${direction === 'min' ? 'lower is better' : 'higher is better'}>${direction === 'min' ? '↓' : '↑'}</span></td>
      <td class="number mono" title=${about}>${formatMetric(value)}</td>
      <td>${this.#link(run.name, () => void this.app.client.host.open({ panel: 'run', runId: run.id }))}</td></tr>`;
  }

  #runs(runs: readonly RunSummary[]) {
    if (runs.length === 0) return html`<p class="hint">None yet. Launch one from VS Code, or log one with mlflow.</p>`;
    return html`<table><thead><tr><th>Run</th><th class="state">State</th><th>By</th><th>Created</th><th class="number">Took</th></tr></thead>
      <tbody>${runs.map((run) => this.#run(run))}</tbody></table>`;
  }

  #run(run: RunSummary) {
    const took = durationOf(run);
    return html`<tr><td>${this.#link(run.name, () => void this.app.client.host.open({ panel: 'run', runId: run.id }))}</td>
      <td title=${run.detail ? spellOut(run.detail) : nothing}>${runStateLabel(run.state)}</td>
      <td title=${spellOut(run.createdBy.name)}>${name(run.createdBy.name)}</td>
      <td title=${formatTime(run.createdAt)}>${formatAgo(run.createdAt)}</td>
      <td class="number">${took === null ? '–' : formatDuration(took)}</td></tr>`;
  }

  #link(text: string, open: () => void) {
    return html`<button class="plain link" title=${spellOut(text)} @click=${open}><span class="cut">${name(text)}</span></button>`;
  }
}

export class UsedThings extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    overview: { attribute: false },
    models: { attribute: false },
  };
  declare overview: ProjectOverview | undefined;
  declare models: readonly RegisteredModel[] | undefined;

  static override styles = [
    base,
    sectionStyles,
    css`section { margin-bottom: 28px; } section:last-child { margin: 0; }`,
  ];

  override render() {
    const { environments = [], datasets = [] } = this.overview ?? {};
    const { models = [] } = this;
    return html`${section('Models', models.map(modelLine), 'None is registered yet.')}
      ${section(
        'Environments in use',
        environments.map((one) => this.#environment(one)),
        'No launched run has used one yet.',
      )}
      ${section('Datasets', datasets.map(datasetLine), 'No run has logged one yet.')}`;
  }

  #environment({ environmentId, revision, name: called, runs, lastUsedAt }: ProjectOverview['environments'][number]) {
    const open = () => void this.app.client.host.open({ panel: 'environments', environmentId, revision });
    return html`<li class="line"><button class="plain link grow" @click=${open}><span class="cut grow">${name(called)} <span class="dim">r${revision}</span></span></button><span class="dim small" title=${formatTime(lastUsedAt)}>${plural(runs, 'run')}</span></li>`;
  }
}

function section(title: string, lines: readonly unknown[], empty: string) {
  return html`<section><div class="heading"><h2>${title}</h2></div>${lines.length === 0 ? html`<p class="hint">${empty}</p>` : html`<ul>${lines}</ul>`}</section>`;
}

function modelLine({ name: called, versions, aliases }: RegisteredModel) {
  const used = Object.entries(aliases).map(([alias, version]) => `${alias} → ${version}`);
  return html`<li class="line"><span class="cut grow" title=${spellOut(called)}>${name(called)}</span><span class="dim small cut" title=${spellOut(used.join(', '))}>${used.length > 0 ? name(used.join(', ')) : plural(versions, 'version')}</span></li>`;
}

function datasetLine({ name: called, digest, context, runs }: ProjectOverview['datasets'][number]) {
  return html`<li class="line"><span class="cut grow" title=${`${spellOut(called)}, digest ${digest}`}>${name(called)}${context ? html` <span class="dim">${name(context)}</span>` : nothing}</span><span class="dim small">${plural(runs, 'run')}</span></li>`;
}

customElements.define('fw-project-results', ProjectResults);
customElements.define('fw-used-things', UsedThings);
