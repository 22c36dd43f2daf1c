/**
 * A chart of runs as a person set it up, and how it lies among the settings of
 * a view: a list of words such as `x=param:lr`. Ids of columns are the table's.
 * Pure.
 */
import type { ViewContent } from '../../../../protocol/model/view.ts';
import { columnOf, type TableColumn } from '../tableColumn.ts';

export const chartKinds = ['parallel', 'scatter', 'importance', 'box', 'contour'] as const;
export type ChartKind = (typeof chartKinds)[number];

export type ChartCard = {
  readonly id: string;
  readonly kind: ChartKind;
  /** In the order of the kind's roles; of the last role there may be many. */
  readonly columns: readonly string[];
  readonly logX: boolean;
  readonly logY: boolean;
};

export type Role = {
  readonly word: string;
  readonly takes: 'any' | 'number';
  readonly optional?: boolean;
  /** Any number of columns. */
  readonly many?: boolean;
};

export const kindWords: Readonly<Record<ChartKind, string>> = {
  parallel: 'Parallel coordinates',
  scatter: 'Scatter plot',
  importance: 'Parameter importance',
  box: 'Box plot',
  contour: 'Contour plot',
};

export const roles: Readonly<Record<ChartKind, readonly Role[]>> = {
  parallel: [{ word: 'Columns, the last one colours', takes: 'any', many: true }],
  scatter: [
    { word: 'Across', takes: 'any' },
    { word: 'Up', takes: 'any' },
    { word: 'Colour', takes: 'any', optional: true },
  ],
  importance: [
    { word: 'Metric', takes: 'number' },
    { word: 'Parameters', takes: 'any', many: true },
  ],
  box: [
    { word: 'Metric', takes: 'number' },
    { word: 'By', takes: 'any', optional: true },
  ],
  contour: [
    { word: 'Across', takes: 'number' },
    { word: 'Up', takes: 'number' },
    { word: 'Height', takes: 'number' },
  ],
};

export const mostCards = 40;
/** As many as values can be asked for at once. */
export const mostColumns = 50;

const prefix = 'card.';
const modeKey = 'mode';

export function cardsOf({ charts }: ViewContent): ChartCard[] {
  return Object.entries(charts)
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap(([key, words]) => readCard(key, words) ?? []);
}

/** The same view with these cards, in this order. */
export function withCards(settings: ViewContent, cards: readonly ChartCard[]): ViewContent {
  const others = Object.entries(settings.charts).filter(([key]) => !key.startsWith(prefix));
  const written = cards.slice(0, mostCards).map((card, at) => [`${prefix}${at}`, wordsOf(card)] as const);
  return { ...settings, charts: Object.fromEntries([...others, ...written]) };
}

export function showsCharts({ charts }: ViewContent): boolean {
  return charts[modeKey] === 'charts';
}

export function withMode(settings: ViewContent, mode: 'charts' | 'table'): ViewContent {
  return { ...settings, charts: { ...settings.charts, [modeKey]: mode } };
}

function wordsOf({ id, kind, columns, logX, logY }: ChartCard): string[] {
  return [`id=${id}`, `kind=${kind}`, `logX=${logX}`, `logY=${logY}`, ...columns.map((column) => `column=${column}`)];
}

/** Null for what is no chart, as of a newer version. */
function readCard(key: string, words: unknown): ChartCard | null {
  if (!Array.isArray(words)) return null;
  const pairs = words.map((word) => [String(word).split('=', 1)[0], String(word).slice(String(word).indexOf('=') + 1)]);
  const value = (name: string) => pairs.find(([own]) => own === name)?.[1] ?? '';
  const kind = chartKinds.find((one) => one === value('kind'));
  if (kind === undefined) return null;
  const columns = pairs.flatMap(([name, id = '']) => (name === 'column' && (id === '' || columnOf(id)) ? [id] : []));
  return { id: value('id') || key, kind, columns, logX: value('logX') === 'true', logY: value('logY') === 'true' };
}

/** What a card is called, and what it lacks before it can be drawn. */
export function headingOf({ kind, columns }: ChartCard): string {
  const names = columns.map((id) => columnOf(id)?.label ?? '…');
  return headings[kind](names);
}

const headings: Readonly<Record<ChartKind, (names: readonly string[]) => string>> = {
  scatter: ([x = '…', y = '…', colour = '…']) => `${y} by ${x}${colour === '…' ? '' : `, coloured by ${colour}`}`,
  contour: ([x = '…', y = '…', height = '…']) => `${height} over ${x} and ${y}`,
  box: ([metric = '…', by = '…']) => (by === '…' ? metric : `${metric} by ${by}`),
  importance: ([metric = '…']) => `What matters for ${metric}`,
  parallel: (names) => `Parallel coordinates to ${names.at(-1) ?? '…'}`,
};

export function isComplete({ kind, columns }: ChartCard): boolean {
  const given = columns.filter((id) => id !== '').length;
  if (kind === 'parallel' || kind === 'importance') return given >= 2;
  return roles[kind].every((role, at) => role.optional || (columns[at] ?? '') !== '');
}

export type Varying = { readonly metrics: readonly string[]; readonly parameters: readonly string[] };

/** Charts that a person may want, from the columns that are not the same in all runs. */
export function proposals(varying: Varying): Omit<ChartCard, 'id'>[] {
  const metrics = varying.metrics.filter((key) => !key.startsWith('system/')).map((key) => `metric:${key}`);
  const parameters = varying.parameters.map((key) => `param:${key}`);
  const [metric, other] = metrics;
  const [first, second] = parameters;
  const plain = { logX: false, logY: false };
  if (metric === undefined) return [];
  return [
    ...(first ? [{ ...plain, kind: 'parallel' as const, columns: [...parameters.slice(0, 6), metric] }] : []),
    ...(first ? [{ ...plain, kind: 'importance' as const, columns: [metric, ...parameters.slice(0, 30)] }] : []),
    ...(first ? [{ ...plain, kind: 'scatter' as const, columns: [first, metric, second ?? ''] }] : []),
    ...(first ? [{ ...plain, kind: 'box' as const, columns: [metric, second ?? first] }] : []),
    ...(first && second ? [{ ...plain, kind: 'contour' as const, columns: [first, second, metric] }] : []),
    ...(other ? [{ ...plain, kind: 'scatter' as const, columns: [metric, other, ''] }] : []),
  ];
}

export function offeredFor(role: Role, offered: readonly TableColumn[]): readonly TableColumn[] {
  const usable = offered.filter(({ grammar, section }) => grammar !== null && section !== 'system');
  // Parameters are text, which may be numbers.
  return role.takes === 'any' ? usable : usable.filter(({ holds, kind }) => holds === 'number' || kind === 'param');
}
