/** What is recorded about a run: note, latest metrics, parameters, tags, command. */
import { css, html, nothing } from 'lit';
import type { MetricSummary } from '../../../protocol/model/metric.ts';
import { reproducesTag } from '../../../protocol/model/reproduction.ts';
import { isFinal, type Run } from '../../../protocol/model/run.ts';
import { sweepTags } from '../../../protocol/model/sweep.ts';
import { iconButton, textField } from '../../ui/controls.ts';
import { formatBytes, formatCount, formatDuration, formatMetric } from '../../ui/format.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import '../../ui/note.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './reproduction.ts';

const shownMetrics = 200;

export class OverviewTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    run: { attribute: false },
    newTag: { state: true },
    failure: { state: true },
  };
  declare run: Run;
  declare newTag: { readonly key: string; readonly value: string } | null;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; padding: 16px; }
      .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr)); gap: 24px 32px; align-items: start; }
      section { min-width: 0; }
      .heading { display: flex; align-items: center; gap: 8px; min-height: 24px; margin-bottom: 4px; }
      .heading h2 { flex: 1; }
      table { table-layout: fixed; }
      td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext; }
      section.metrics td.value, section.metrics th.number { padding-inline: 4px; }
      section.metrics th:first-child { width: 28%; }
      td.value { font-family: var(--fw-mono); font-size: 12px; }
      td.act { width: 30px; padding: 0; text-align: end; }
      pre { margin: 0; padding: 8px 10px; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--vscode-textCodeBlock-background); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 3px; }
      vscode-text-field { width: 100%; }
      form.row { margin-top: 6px; align-items: end; }
      .none { color: var(--fw-dim); padding: 4px 0; }
      .problem { margin-bottom: 16px; }
      fw-reproduction { display: block; max-width: 900px; }
    `,
  ];

  constructor() {
    super();
    this.newTag = null;
    this.failure = undefined;
  }

  override render() {
    return html`
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.#sweep()}
      <fw-reproduction .app=${this.app} .runId=${this.run.id}></fw-reproduction>
      <div class="grid">
        ${this.#metrics()} ${this.#parameters()} ${this.#noteSection()} ${this.#tags()} ${this.#command()}
      </div>
    `;
  }

  #sweep() {
    const sweepId = this.run.tags[sweepTags.sweep];
    if (sweepId === undefined) return nothing;
    const number = this.run.tags[sweepTags.trial] ?? '';
    return html`<p>Trial ${name(number)} of <button class="plain" @click=${() => void this.app.client.host.open({ panel: 'sweep', sweepId })}>its sweep</button></p>`;
  }

  #metrics() {
    const metrics = this.run.metrics.filter((metric) => !metric.key.startsWith('system/'));
    return html`<section class="metrics">
      <div class="heading"><h2>Latest metrics</h2>
        ${metrics.length > 0 ? html`<a tabindex="0" role="button" @click=${this.#showMetrics} @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.#showMetrics()}>Charts</a>` : nothing}
      </div>
      ${
        metrics.length === 0
          ? html`<p class="none">${isFinal(this.run.state) ? 'None were logged.' : 'None yet; they appear here as they arrive.'} Log them with <span class="mono">mlflow.log_metric("loss", value, step)</span>.</p>`
          : html`<table>
            <thead><tr><th>Metric</th><th class="number">Latest</th><th class="number">Lowest</th><th class="number">Highest</th><th class="number">Step</th></tr></thead>
            <tbody>${metrics.slice(0, shownMetrics).map(metricRow)}</tbody>
          </table>`
      }
      ${metrics.length > shownMetrics ? html`<p class="none">${formatCount(metrics.length - shownMetrics)} more in Metrics.</p>` : nothing}
    </section>`;
  }

  #parameters() {
    const entries = Object.entries(this.run.parameters);
    return html`<section>
      <div class="heading"><h2>Parameters</h2></div>
      ${
        entries.length === 0
          ? html`<p class="none">None.</p>`
          : html`<table><tbody>
        ${entries.map(([key, value]) => html`<tr><td title=${spellOut(key)}>${name(key)}</td><td class="value" title=${spellOut(value)}>${name(value)}</td></tr>`)}
      </tbody></table>`
      }
    </section>`;
  }

  #noteSection() {
    return html`<fw-note .text=${this.run.note} hint="Say what was tried and what came of it." .save=${(note: string) => this.#update({ note })}></fw-note>`;
  }

  #tags() {
    const entries = Object.entries(this.run.tags).filter(
      ([key]) => !key.startsWith('mlflow.') && key !== reproducesTag,
    );
    return html`<section>
      <div class="heading"><h2>Tags</h2>
        ${iconButton({
          icon: 'add',
          label: 'Add tag',
          onClick: () => {
            this.newTag = { key: '', value: '' };
          },
        })}
      </div>
      ${entries.length === 0 && !this.newTag ? html`<p class="none">None. Tags are searchable in the experiment table.</p>` : nothing}
      <table><tbody>
        ${entries.map(
          ([key, value]) => html`<tr>
            <td title=${spellOut(key)}>${name(key)}</td><td class="value" title=${spellOut(value)}>${name(value)}</td>
            <td class="act">${iconButton({ icon: 'close', label: `Remove tag ${spellOut(key)}`, onClick: () => void this.#update({ removeTags: [key] }) })}</td>
          </tr>`,
        )}
      </tbody></table>
      ${this.newTag ? this.#tagForm(this.newTag) : nothing}
    </section>`;
  }

  #tagForm(tag: { readonly key: string; readonly value: string }) {
    return html`<form class="row" @submit=${(event: Event) => {
      event.preventDefault();
      void this.#addTag();
    }}>
      ${textField({
        label: 'Key',
        hideLabel: true,
        placeholder: 'key',
        value: tag.key,
        onInput: (key) => {
          this.newTag = { ...tag, key };
        },
      })}
      ${textField({
        label: 'Value',
        hideLabel: true,
        placeholder: 'value',
        value: tag.value,
        onInput: (value) => {
          this.newTag = { ...tag, value };
        },
      })}
      ${iconButton({ icon: 'check', label: 'Save tag', disabled: tag.key.trim() === '', onClick: () => void this.#addTag() })}
      ${iconButton({
        icon: 'close',
        label: 'Cancel',
        onClick: () => {
          this.newTag = null;
        },
      })}
    </form>`;
  }

  #command() {
    const { command, usage, exitCode } = this.run;
    if (command === null) return nothing;
    return html`<section>
      <div class="heading"><h2>Command</h2></div>
      <pre class="mono">${marked(command)}</pre>
      ${usage ? html`<p class="none">${processorTime(usage.cpuSeconds)} of processor time, ${formatBytes(usage.peakMemoryBytes)} memory at most${exitCode === null ? '' : `, exit code ${exitCode}`}</p>` : nothing}
    </section>`;
  }

  #showMetrics(): void {
    this.dispatchEvent(new CustomEvent('show', { detail: 'metrics' }));
  }

  async #addTag(): Promise<void> {
    const key = this.newTag?.key.trim();
    if (!key) return;
    if (await this.#update({ setTags: { [key]: this.newTag?.value ?? '' } })) this.newTag = null;
  }

  async #update(change: { note?: string; setTags?: Record<string, string>; removeTags?: string[] }): Promise<boolean> {
    this.failure = undefined;
    try {
      const run = await this.app.client.runs.update({ runId: this.run.id, ...change });
      this.dispatchEvent(new CustomEvent('changed', { detail: run }));
      return true;
    } catch (error) {
      this.failure = error;
      return false;
    }
  }
}

const processorTime = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : formatDuration(seconds * 1000);

function metricRow(metric: MetricSummary) {
  return html`<tr>
    <td title=${spellOut(metric.key)}>${name(metric.key)}</td>
    <td class="number value" title=${String(metric.latest)}>${formatMetric(metric.latest)}</td>
    <td class="number value">${metric.min === null ? '–' : formatMetric(metric.min)}</td>
    <td class="number value">${metric.max === null ? '–' : formatMetric(metric.max)}</td>
    <td class="number value">${formatCount(metric.step)}</td>
  </tr>`;
}

customElements.define('fw-overview-tab', OverviewTab);
