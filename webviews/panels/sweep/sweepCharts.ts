/** What the trials that ended tell of the parameters. Charts are fetched when there is something to draw. */
import { html, type LitElement, nothing } from 'lit';
import type { SweepDetail } from '../../../protocol/model/sweep.ts';
import { whenLoaded } from '../../ui/whenLoaded.ts';
import { bestPlot, importancePlot, isLog, parallelPlot, parameterPlot } from './trialPlots.ts';

/** More scatter charts than that are looked at in the experiment. */
const mostScatters = 8;

export function sweepCharts(host: LitElement, sweep: SweepDetail, onOpen: (runId: string) => void) {
  if (sweep.counts.complete === 0) return nothing;
  const tag = 'fw-best-chart';
  const load = () =>
    Promise.all([
      import('../../charts/bestChart.ts'),
      import('../../charts/parallelChart.ts'),
      import('../../charts/importanceChart.ts'),
      import('../../charts/scatterChart.ts'),
    ]);
  return whenLoaded(host, { tag, load, draw: () => draw(sweep, onOpen) });
}

function draw(sweep: SweepDetail, onOpen: (runId: string) => void) {
  const { metric, direction } = sweep.objective;
  return html`<div class="charts" @open-run=${(event: CustomEvent<string>) => onOpen(event.detail)}>
    <fw-best-chart .heading=${`Best ${metric} so far`} .direction=${direction} .data=${bestPlot(sweep)}></fw-best-chart>
    <fw-importance-chart .heading=${`What matters for ${metric}`} .data=${importancePlot(sweep)}></fw-importance-chart>
    <fw-parallel-chart class="wide" heading="Parameters and what they led to" .data=${parallelPlot(sweep)}></fw-parallel-chart>
    ${sweep.parameters
      .slice(0, mostScatters)
      .map(
        (name) =>
          html`<fw-scatter-chart .heading=${`${name} and ${metric}`} .logX=${isLog(sweep, name)} .data=${parameterPlot(sweep, name)}></fw-scatter-chart>`,
      )}
  </div>`;
}
