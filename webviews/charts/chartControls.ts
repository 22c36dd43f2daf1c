/** The settings that a group of charts shares: axis, smoothing, scale. Holds none itself. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { checkbox, dropdown } from '../ui/controls.ts';
import { axisKinds } from './curves.ts';
import type { ChartSettings } from './drawCurves.ts';

const axisWords = { step: 'Step', relative: 'Seconds since start', time: 'Clock time' } as const;

export const chartControlStyles = css`
  .chart-controls { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 16px; }
  .chart-controls label { display: flex; align-items: center; gap: 8px; white-space: nowrap; }
  .chart-controls select { width: auto; }
  .chart-controls input[type='range'] { width: 110px; accent-color: var(--vscode-focusBorder); }
  .chart-controls output { width: 4ch; font-variant-numeric: tabular-nums; }
`;

export function chartControls(settings: ChartSettings, change: (settings: ChartSettings) => void): TemplateResult {
  return html`<div class="chart-controls">
    <label>Axis ${dropdown({
      label: 'Horizontal axis',
      value: settings.axis,
      options: axisKinds.map((kind) => ({ value: kind, text: axisWords[kind] })),
      onChange: (axis) => change({ ...settings, axis: axisKinds.find((kind) => kind === axis) ?? 'step' }),
    })}</label>
    <label>Smoothing <input
      type="range" min="0" max="0.99" step="0.01"
      .value=${String(settings.smoothing)}
      @input=${(event: Event) => change({ ...settings, smoothing: Number((event.target as HTMLInputElement).value) })}
    /><output>${settings.smoothing.toFixed(2)}</output></label>
    ${checkbox({ label: 'Log values', checked: settings.log, onChange: (log) => change({ ...settings, log }) })}
    ${settings.axis === 'time' ? nothing : checkbox({ label: settings.axis === 'step' ? 'Log steps' : 'Log seconds', checked: settings.logX === true, onChange: (logX) => change({ ...settings, logX }) })}
  </div>`;
}
