/** Of a run that repeats another: both sets of metrics side by side. Of one that is repeated: by which runs. */
import { css, html, nothing } from 'lit';
import type { ComparedMetric, Reproduction } from '../../../protocol/model/reproduction.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { Resource } from '../../state/resource.ts';
import { isOf, touchesRun } from '../../state/stale.ts';
import { dropdown } from '../../ui/controls.ts';
import { formatAgo, formatMetric, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { runStateLabel, runStateStyles } from '../../ui/runState.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { differenceList, differenceStyles } from './differenceList.ts';

const tolerances = [0, 0.001, 0.01, 0.05, 0.1] as const;
const shownMetrics = 100;

export class ReproductionSection extends PanelPart {
  static override properties = { ...PanelPart.properties, runId: {}, tolerance: { state: true } };
  declare runId: string;
  declare tolerance: number;

  readonly #outcome = new Resource<Reproduction>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.runs.reproduction({ runId: this.runId, tolerance: this.tolerance }, { signal }),
    isStale: (message) =>
      touchesRun(message, this.runId) || isOf(message, ['run.created', 'run.state-changed', 'run.deleted']),
    pace: 1000,
  });

  static override styles = [
    base,
    stateStyles,
    runStateStyles,
    differenceStyles,
    css`
      section { margin-bottom: 20px; }
      .heading { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; min-height: 24px; margin-bottom: 4px; }
      .heading select { width: auto; }
      table { table-layout: fixed; }
      td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext; }
      td.value { font-family: var(--fw-mono); font-size: 12px; }
      .verdict { display: flex; align-items: center; gap: 4px; }
      .within svg { color: var(--fw-good); }
      .outside svg { color: var(--fw-bad); }
      button.link { font: inherit; color: var(--vscode-textLink-foreground); background: none; border: 0; padding: 0; cursor: pointer; overflow: hidden; text-overflow: ellipsis; }
      button.link:hover { text-decoration: underline; }
      .again { display: flex; align-items: center; gap: 8px; padding: 2px 0; min-width: 0; }
      .said { margin-bottom: 6px; }
      details summary { cursor: pointer; padding: 4px 0; }
    `,
  ];

  constructor() {
    super();
    this.tolerance = 0.01;
  }

  override render() {
    const outcome = this.#outcome.value;
    if (!outcome) return this.#outcome.failure === undefined ? nothing : problem(this.#outcome.failure);
    return html`${outcome.of ? this.#comparison(outcome, outcome.of) : nothing}${outcome.again.length > 0 ? this.#again(outcome.again) : nothing}`;
  }

  #comparison({ metrics, differences }: Reproduction, original: RunSummary) {
    const judged = metrics.filter(({ verdict }) => verdict === 'within' || verdict === 'outside');
    const within = judged.filter(({ verdict }) => verdict === 'within').length;
    return html`<section>
      <div class="heading">
        <h2>Repeats ${this.#link(original)}</h2>
        <span class="grow"></span>
        <span class="dim">equal within</span>
        ${dropdown({
          label: 'Tolerance',
          value: String(this.tolerance),
          options: tolerances.map((one) => ({ value: String(one), text: `${one * 100} %` })),
          onChange: (value) => {
            this.tolerance = Number(value);
            this.#outcome.refresh();
          },
        })}
      </div>
      <p class="said" role="status">${judged.length === 0 ? 'There is no metric of both yet.' : `${within} of ${plural(judged.length, 'metric')} came out equal.`}</p>
      ${metrics.length > 0 ? this.#table(metrics) : nothing}
      ${differences.length > 0 ? html`<details ?open=${judged.length > within}><summary>What was not the same, or cannot be told (${differences.length})</summary>${differenceList(differences)}</details>` : nothing}
    </section>`;
  }

  #table(metrics: readonly ComparedMetric[]) {
    return html`<table>
      <thead><tr><th>Metric</th><th class="number">First</th><th class="number">Again</th><th class="number">Difference</th><th>Verdict</th></tr></thead>
      <tbody>${metrics.slice(0, shownMetrics).map(metricRow)}</tbody>
    </table>
    ${metrics.length > shownMetrics ? html`<p class="dim">${metrics.length - shownMetrics} more.</p>` : nothing}`;
  }

  #again(runs: readonly RunSummary[]) {
    return html`<section>
      <div class="heading"><h2>Repeated by ${plural(runs.length, 'run')}</h2></div>
      ${runs.map((run) => html`<div class="again">${runStateLabel(run.state)}${this.#link(run)}<span class="dim">${formatAgo(run.createdAt)}</span></div>`)}
    </section>`;
  }

  #link(run: RunSummary) {
    const open = () => void this.app.client.host.open({ panel: 'run', runId: run.id });
    return html`<button class="link" title=${spellOut(run.name)} @click=${open}>${name(run.name)}</button>`;
  }
}

const verdicts = { within: 'equal', outside: 'not equal', missing: 'in one only', time: 'a time' } as const;

function metricRow({ key, original, again, difference, verdict }: ComparedMetric) {
  const value = (one: ComparedMetric['original']) => (one === null ? '–' : formatMetric(one));
  const isJudged = verdict === 'within' || verdict === 'outside';
  const gap = difference === null ? '–' : `${formatMetric(Number((difference * 100).toPrecision(3)))} %`;
  return html`<tr>
    <td title=${spellOut(key)}>${name(key)}</td>
    <td class="number value" title=${String(original ?? '')}>${value(original)}</td>
    <td class="number value" title=${String(again ?? '')}>${value(again)}</td>
    <td class="number value">${gap}</td>
    <td><span class="verdict ${verdict}">${isJudged ? icon(verdict === 'within' ? 'check' : 'close') : nothing}${verdicts[verdict]}</span></td>
  </tr>`;
}

customElements.define('fw-reproduction', ReproductionSection);
