/**
 * The columns of the table: attributes of runs, and a column for each metric,
 * parameter and tag. Values are put in as text by the grid or set as text here.
 */
import type { ColDef, ICellRendererParams } from 'ag-grid-community';
import { render } from 'lit';
import type { Columns, RunRow } from '../../../protocol/model/experiment.ts';
import type { ColumnLayout } from '../../grid/columnLayout.ts';
import { durationOf, formatAgo, formatDuration, formatMetric, formatMoney } from '../../ui/format.ts';
import { spellOut } from '../../ui/name.ts';
import { stateIcon, stateWord } from '../../ui/runState.ts';

type RunColumn = ColDef<RunRow> & { readonly colId: string };

/** The order that the server understands, by column id. */
const attributeOrder: Readonly<Record<string, string>> = {
  name: 'attributes.run_name',
  state: 'attributes.status',
  created: 'attributes.created_at',
  duration: 'attributes.duration',
  cost: 'attributes.cost',
  user: 'attributes.user_id',
};

export function orderOf(colId: string): string | null {
  const [kind, key] = splitColumn(colId);
  if (kind === 'attribute') return attributeOrder[key] ?? null;
  const entity = { metric: 'metrics', param: 'params', tag: 'tags' }[kind];
  // A backtick cannot be written inside backticks; double quotes then do the same.
  return key.includes('`') ? `${entity}."${key}"` : `${entity}.\`${key}\``;
}

export type ColumnKind = 'attribute' | 'metric' | 'param' | 'tag';

export function splitColumn(colId: string): readonly [ColumnKind, string] {
  const at = colId.indexOf(':');
  return [colId.slice(0, at) as ColumnKind, colId.slice(at + 1)];
}

/** Asked for at each drawing: the price list may arrive after the columns. */
type Currency = () => string | null;

export function runColumns(columns: Columns, currency: Currency): RunColumn[] {
  return [
    ...attributeColumns(currency),
    ...columns.metrics.map((key) => valueColumn('metric', key, (row) => row.metrics[key]?.latest)),
    ...columns.parameters.map((key) => valueColumn('param', key, (row) => row.parameters[key])),
    ...columns.tags
      .filter((key) => !key.startsWith('mlflow.'))
      .map((key) => valueColumn('tag', key, (row) => row.tags[key])),
  ];
}

function attributeColumns(currency: Currency): RunColumn[] {
  return [
    { colId: 'attribute:name', headerName: 'Run', width: 230, pinned: 'left', cellRenderer: nameCell },
    text('state', 'State', (row) => stateWord(row.state)),
    text('created', 'Created', (row) => formatAgo(row.createdAt)),
    text('duration', 'Duration', (row) => {
      const took = durationOf(row);
      return took === null ? '' : formatDuration(took);
    }),
    text('user', 'User', (row) => row.createdBy.name),
    { ...text('tier', 'Tier', (row) => row.tierId ?? ''), sortable: false },
    {
      ...text('environment', 'Environment', (row) =>
        row.environmentId ? `${row.environmentId} r${row.environmentRevision ?? 1}` : '',
      ),
      sortable: false,
    },
    text('cost', 'Cost', (row) => costOf(row, currency())),
    { ...text('commit', 'Code', (row) => row.commit?.slice(0, 8) ?? ''), cellClass: 'mono', sortable: false },
  ];
}

function text(id: string, headerName: string, read: (row: RunRow) => string): RunColumn {
  return {
    colId: `attribute:${id}`,
    headerName,
    valueGetter: ({ data }) => (data ? read(data) : ''),
    cellRenderer: textCell,
  };
}

/** What cost nothing shows nothing, and no number stands without its currency. */
function costOf(row: RunRow, currency: string | null): string {
  return currency === null || row.cost === 0 ? '' : formatMoney(row.cost, currency);
}

function valueColumn(kind: 'metric' | 'param' | 'tag', key: string, read: (row: RunRow) => unknown): RunColumn {
  const numeric = kind === 'metric';
  return {
    colId: `${kind}:${key}`,
    headerName: spellOut(key),
    headerTooltip: `${kind} ${spellOut(key)}`,
    headerClass: numeric ? 'number' : undefined,
    cellClass: numeric ? 'number' : undefined,
    valueGetter: ({ data }) => (data ? read(data) : undefined),
    cellRenderer: numeric ? metricCell : textCell,
  };
}

function textCell({ value }: ICellRendererParams<RunRow, unknown>): HTMLElement {
  return cell(value === undefined || value === null ? '' : String(value));
}

function metricCell({
  value,
}: ICellRendererParams<RunRow, number | 'NaN' | 'Infinity' | '-Infinity' | undefined>): HTMLElement {
  return value === undefined || value === null ? cell('') : cell(formatMetric(value), String(value));
}

function cell(shown: string, full = shown): HTMLElement {
  const element = document.createElement('span');
  element.textContent = spellOut(shown);
  if (full) element.title = spellOut(full);
  return element;
}

function nameCell({ data }: ICellRendererParams<RunRow>): HTMLElement {
  const element = document.createElement('span');
  if (!data) {
    element.textContent = '…';
    return element;
  }
  const picture = document.createElement('span');
  render(stateIcon(data.state), picture);
  const name = cell(data.name, `${data.name} (${stateWord(data.state).toLowerCase()})`);
  name.className = 'name';
  element.className = `state ${data.state}`;
  element.append(picture, name);
  return element;
}

/** What a newcomer sees: the run, when, how long, the first metrics and parameters. */
export function initialLayout(columns: Columns): ColumnLayout[] {
  const metrics = columns.metrics.filter((key) => !key.startsWith('system/')).slice(0, 6);
  const ids = [
    ...['name', 'created', 'duration', 'user'].map((id) => `attribute:${id}`),
    ...metrics.map((key) => `metric:${key}`),
    ...columns.parameters.slice(0, 8).map((key) => `param:${key}`),
  ];
  return ids.map((id) => ({ id, width: null, sort: null }));
}
