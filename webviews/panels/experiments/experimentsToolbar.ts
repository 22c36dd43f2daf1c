/** Above the table: which experiment and view, which runs, as rows or as charts, and what can be opened beside them. */
import { html, nothing } from 'lit';
import type { Experiment } from '../../../protocol/model/experiment.ts';
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import { dropdown, iconButton } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { spellOut } from '../../ui/name.ts';
import { showsCharts, withMode } from './charts/chartCard.ts';
import './filterBar.ts';
import { showKeys } from './keysHelp.ts';

type Open = { readonly building: boolean; readonly grouping: boolean; readonly choosing: boolean };

type ToolbarOptions = {
  readonly app: PanelApp;
  readonly list: readonly Experiment[];
  readonly experimentId: string;
  /** Null before they are known. */
  readonly settings: ViewContent | null;
  readonly recent: readonly string[];
  readonly total: number | null;
  readonly open: Open;
  /** The switch of views. */
  readonly views: unknown;
  readonly onChoose: (experimentId: string) => void;
  readonly onFilter: (filter: string) => void;
  readonly onChange: (change: Partial<ViewContent>) => void;
  readonly onOpen: (open: Partial<Open>) => void;
};

const runKinds = [
  { value: 'active', text: 'Active' },
  { value: 'deleted', text: 'Deleted' },
];

export function experimentsToolbar(options: ToolbarOptions) {
  const { settings, open, onOpen } = options;
  const charts = settings !== null && showsCharts(settings);
  const experiments = options.list.map(({ id, name }) => ({ value: id, text: spellOut(name) }));
  return html`<div class="toolbar">
    <div class="pick">${dropdown({ label: 'Experiment', value: options.experimentId, options: experiments, onChange: options.onChoose })}</div>
    ${options.views}
    <fw-filter-bar .app=${options.app} .experimentId=${options.experimentId} .value=${settings?.filter ?? ''} .recent=${options.recent} .building=${open.building}
      @filter=${(event: CustomEvent<string>) => options.onFilter(event.detail)} @build=${() => onOpen({ building: !open.building })}></fw-filter-bar>
    <span class="dim count" role="status">${options.total === null || charts ? '' : plural(options.total, 'run')}</span>
    <div class="narrow">${dropdown({ label: 'Which runs', value: settings?.runs ?? 'active', options: runKinds, onChange: (runs) => options.onChange({ runs: runs === 'deleted' ? 'deleted' : 'active' }) })}</div>
    ${settings ? shownAs(settings, options) : nothing}
    ${charts ? nothing : tableTools(options)}
    ${iconButton({ icon: 'question', label: 'Keys (?)', onClick: showKeys })}
  </div>`;
}

function shownAs(settings: ViewContent, { onChange }: ToolbarOptions) {
  const charts = showsCharts(settings);
  const one = (mode: 'table' | 'charts', on: boolean) =>
    html`<button class="plain" aria-pressed=${String(on)} @click=${() => onChange(withMode(settings, mode))}>${icon(mode === 'table' ? 'columns' : 'chart')}${mode === 'table' ? 'Table' : 'Charts'}</button>`;
  return html`<span class="shown-as" role="group" aria-label="Show the runs as">${one('table', !charts)}${one('charts', charts)}</span>`;
}

function tableTools({ settings, open, onOpen }: ToolbarOptions) {
  const grouped = (settings?.groupBy.length ?? 0) > 0;
  return html`
    <button class="plain" aria-pressed=${String(grouped || open.grouping)} @click=${() => onOpen({ grouping: !open.grouping })}>${icon('group')}Group</button>
    <button class="plain" aria-expanded=${String(open.choosing)} @click=${() => onOpen({ choosing: !open.choosing })}>${icon('sliders')}Columns</button>
  `;
}
