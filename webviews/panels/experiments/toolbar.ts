/** The row above the table: which experiment, in which view, filtered how, and what of the rest is open. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Experiment } from '../../../protocol/model/experiment.ts';
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import { dropdown, iconButton } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { spellOut } from '../../ui/name.ts';
import type { Directions } from './cellValue.ts';
import { showsCharts, withMode } from './charts/chartCard.ts';
import './exportButton.ts';
import './filterBar.ts';
import { showKeys } from './keysHelp.ts';

type Part = 'building' | 'grouping' | 'choosing';

export type ToolbarFor = {
  readonly experimentId: string;
  readonly experiments: readonly Experiment[];
  /** Null until they are known. */
  readonly settings: ViewContent | null;
  readonly total: number | null;
  readonly directions: Directions;
  readonly app: PanelApp;
  readonly recent: readonly string[];
  readonly open: Readonly<Record<Part, boolean>>;
  readonly views: (settings: ViewContent) => TemplateResult;
  readonly onExperiment: (id: string) => void;
  readonly onChange: (change: Partial<ViewContent>) => void;
  readonly onFilter: (filter: string) => void;
  readonly onFailed: (event: CustomEvent<unknown>) => void;
  readonly onToggle: (part: Part) => void;
};

export function toolbar(bar: ToolbarFor) {
  const { settings, total } = bar;
  const charts = settings !== null && showsCharts(settings);
  return html`<div class="toolbar">
    <div class="pick">${whichExperiment(bar)}</div>
    ${settings ? bar.views(settings) : nothing} ${filterBar(bar)}
    <span class="dim count" role="status">${total === null || charts ? '' : plural(total, 'run')}</span>
    <div class="narrow">${whichRuns(bar)}</div>
    ${settings ? shownAs(settings, bar) : nothing}
    ${charts ? nothing : tableTools(bar)}
    ${iconButton({ icon: 'question', label: 'Keys (?)', onClick: showKeys })}
  </div>`;
}

function whichExperiment({ experiments, experimentId, onExperiment }: ToolbarFor) {
  const options = experiments.map(({ id, name }) => ({ value: id, text: spellOut(name) }));
  return dropdown({ label: 'Experiment', value: experimentId, options, onChange: onExperiment });
}

function exportButton({ app, experiments, experimentId, settings, directions, onFailed }: ToolbarFor) {
  const name = experiments.find(({ id }) => id === experimentId)?.name ?? '';
  return html`<fw-export-button .app=${app} .experimentId=${experimentId} .name=${name} .settings=${settings} .directions=${directions} @failed=${onFailed}></fw-export-button>`;
}

function filterBar({ app, experimentId, settings, recent, open, onFilter, onToggle }: ToolbarFor) {
  return html`<fw-filter-bar .app=${app} .experimentId=${experimentId} .value=${settings?.filter ?? ''} .recent=${recent} .building=${open.building}
    @filter=${(event: CustomEvent<string>) => onFilter(event.detail)} @build=${() => onToggle('building')}></fw-filter-bar>`;
}

function shownAs(settings: ViewContent, { onChange }: ToolbarFor) {
  const charts = showsCharts(settings);
  const one = (mode: 'table' | 'charts', on: boolean) =>
    html`<button class="plain" aria-pressed=${String(on)} @click=${() => onChange(withMode(settings, mode))}>${icon(mode === 'table' ? 'columns' : 'chart')}${mode === 'table' ? 'Table' : 'Charts'}</button>`;
  return html`<span class="shown-as" role="group" aria-label="Show the runs as">${one('table', !charts)}${one('charts', charts)}</span>`;
}

function tableTools(bar: ToolbarFor) {
  const { settings, open, onToggle } = bar;
  const grouped = (settings?.groupBy.length ?? 0) > 0;
  return html`
    <button class="plain" aria-pressed=${String(grouped || open.grouping)} @click=${() => onToggle('grouping')}>${icon('group')}Group</button>
    <button class="plain" aria-expanded=${String(open.choosing)} @click=${() => onToggle('choosing')}>${icon('sliders')}Columns</button>
    ${exportButton(bar)}
  `;
}

function whichRuns({ settings, onChange }: ToolbarFor) {
  return dropdown({
    label: 'Which runs',
    value: settings?.runs ?? 'active',
    options: [
      { value: 'active', text: 'Active' },
      { value: 'deleted', text: 'Deleted' },
    ],
    onChange: (runs) => onChange({ runs: runs === 'deleted' ? 'deleted' : 'active' }),
  });
}
