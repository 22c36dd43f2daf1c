/**
 * What a column of the table is, from its id alone: what it reads, what it is
 * called, how the server sorts and filters by it. Ids are remembered and saved
 * in views, so what one means never changes. Pure.
 */
import type { Columns } from '../../../protocol/model/experiment.ts';
import type { ViewColumn } from '../../../protocol/model/view.ts';
import { columnFor } from '../../grid/columnLayout.ts';

export type ColumnKind = 'attribute' | 'metric' | 'param' | 'tag';
/** Of a metric: its last value, the best by its direction, the least, the greatest, or the one at a step. */
export type MetricPart = 'last' | 'best' | 'min' | 'max' | number;
export type Holds = 'number' | 'text' | 'listable';
export type Section = 'attributes' | 'metrics' | 'parameters' | 'tags' | 'system';

export type TableColumn = {
  readonly id: string;
  readonly kind: ColumnKind;
  readonly key: string;
  readonly part: MetricPart;
  readonly label: string;
  readonly section: Section;
  /** As the grammar of filters and orders names it; null where the server does not sort by it. */
  readonly grammar: string | null;
  readonly holds: Holds;
};

type Attribute = { readonly label: string; readonly grammar: string | null; readonly holds: Holds };

const attributes: Readonly<Record<string, Attribute>> = {
  name: { label: 'Run', grammar: 'attributes.run_name', holds: 'listable' },
  state: { label: 'State', grammar: 'attributes.status', holds: 'listable' },
  created: { label: 'Created', grammar: 'attributes.created_at', holds: 'number' },
  duration: { label: 'Duration', grammar: 'attributes.duration', holds: 'number' },
  user: { label: 'User', grammar: 'attributes.user_id', holds: 'listable' },
  cost: { label: 'Cost', grammar: 'attributes.cost', holds: 'number' },
  tier: { label: 'Tier', grammar: 'attributes.tier', holds: 'listable' },
  environment: { label: 'Environment', grammar: 'attributes.environment', holds: 'listable' },
  commit: { label: 'Code', grammar: 'attributes.commit', holds: 'listable' },
  starred: { label: 'Starred', grammar: 'attributes.starred', holds: 'listable' },
  note: { label: 'Note', grammar: 'attributes.note', holds: 'text' },
};

/** The column that every table has: it names the row. */
export const nameColumn = 'attribute:name';
export const colourTag = 'flywheel.color';

export function splitColumn(id: string): readonly [string, string] {
  const at = id.indexOf(':');
  return [id.slice(0, at), id.slice(at + 1)];
}

export function metricColumn(key: string, part: MetricPart): string {
  if (part === 'last') return `metric:${key}`;
  return typeof part === 'number' ? `metric@${part}:${key}` : `metric.${part}:${key}`;
}

/** Null for an id that nothing stands for: of a newer version, or made by hand. */
export function columnOf(id: string): TableColumn | null {
  const [word, key] = splitColumn(id);
  if (word === 'attribute') return attributeColumn(id, key);
  if (key === '') return null;
  if (word === 'param' || word === 'tag') return textColumn(id, word, key);
  const part = partOf(word);
  return part === null ? null : valueColumn(id, key, part);
}

function attributeColumn(id: string, key: string): TableColumn | null {
  const known = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return known ? { id, kind: 'attribute', key, part: 'last', section: 'attributes', ...known } : null;
}

function textColumn(id: string, kind: 'param' | 'tag', key: string): TableColumn {
  const section = kind === 'param' ? 'parameters' : isSystemTag(key) ? 'system' : 'tags';
  const grammar = `${kind === 'param' ? 'params' : 'tags'}.${quoted(key)}`;
  return { id, kind, key, part: 'last', label: key, section, grammar, holds: 'text' };
}

function valueColumn(id: string, key: string, part: MetricPart): TableColumn {
  const section = key.startsWith('system/') ? 'system' : 'metrics';
  return {
    id,
    kind: 'metric',
    key,
    part,
    label: labelOf(key, part),
    section,
    grammar: grammarOf(key, part),
    holds: 'number',
  };
}

function labelOf(key: string, part: MetricPart): string {
  if (part === 'last') return key;
  return typeof part === 'number' ? `${key} @${part}` : `${key} (${part})`;
}

function grammarOf(key: string, part: MetricPart): string {
  // A key that ends as a step does would be read as one.
  if (part === 'last') return `${/@[+-]?\d+$/.test(key) ? 'last' : 'metrics'}.${quoted(key)}`;
  return typeof part === 'number' ? `metrics.${quoted(`${key}@${part}`)}` : `${part}.${quoted(key)}`;
}

function partOf(word: string): MetricPart | null {
  if (word === 'metric') return 'last';
  const step = /^metric@(-?\d+(?:\.\d+)?)$/.exec(word)?.[1];
  if (step !== undefined) return Number(step);
  const named = /^metric\.(best|min|max)$/.exec(word)?.[1];
  return named === undefined ? null : (named as 'best' | 'min' | 'max');
}

/** As the server writes it: in backticks where the grammar would end it, one inside doubled. */
function quoted(key: string): string {
  const plain = key.split('.').every((part) => /^[^\s'"`=<>!(),.;]+$/.test(part));
  return plain ? key : `\`${key.replaceAll('`', '``')}\``;
}

function isSystemTag(key: string): boolean {
  return key.startsWith('mlflow.') || key.startsWith('flywheel.');
}

/** Every column that the experiment offers, each metric by its last value. */
export function offeredColumns(columns: Columns): TableColumn[] {
  const ids = [
    ...Object.keys(attributes).map((key) => `attribute:${key}`),
    ...columns.metrics.map((key) => `metric:${key}`),
    ...columns.parameters.map((key) => `param:${key}`),
    ...columns.tags.filter((key) => key !== colourTag).map((key) => `tag:${key}`),
  ];
  return ids.flatMap((id) => columnOf(id) ?? []);
}

/** What a newcomer sees: the run, when, how long, the first metrics and parameters. */
export function firstColumns(columns: Columns): ViewColumn[] {
  const metrics = columns.metrics.filter((key) => !key.startsWith('system/')).slice(0, 6);
  const ids = [
    ...['created', 'duration', 'user'].map((key) => `attribute:${key}`),
    ...metrics.map((key) => `metric:${key}`),
    ...columns.parameters.slice(0, 8).map((key) => `param:${key}`),
  ];
  return [{ ...columnFor(nameColumn), width: 240, pinned: 'left' }, ...ids.map(columnFor)];
}
