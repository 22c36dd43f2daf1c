/**
 * What the columns of a search are called and what they hold: the entities
 * with MLflow's aliases, the attributes of runs and of experiments, and the
 * operators that each kind of value takes.
 */
import { directionOf, type MetricDirection } from '../../../../protocol/model/metricDirection.ts';
import type { Column, ColumnEntity, ComparisonOperator, MetricReading, RunAttribute } from '../ports.ts';
import type { ParsedColumn } from './grammar.ts';
import { FilterProblem } from './problem.ts';

export type ValueKind = 'number' | 'text' | 'listable';
type Attribute = { readonly key: string; readonly kind: ValueKind; readonly values?: readonly string[] };

/** What can be searched: runs, or experiments. */
export type SearchTarget = {
  readonly entities: ReadonlyMap<string, ColumnEntity>;
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Which end of a metric `best` is. */
  readonly direction?: (key: string) => MetricDirection;
  /** Whose stars are meant. */
  readonly userId?: string;
};

export const attributeAliases = ['attribute', 'attributes', 'attr', 'run'];
export const tagAliases = ['tag', 'tags'];

export function aliases(
  ...groups: readonly (readonly [ColumnEntity, readonly string[]])[]
): ReadonlyMap<string, ColumnEntity> {
  return new Map(groups.flatMap(([entity, names]) => names.map((name) => [name, entity] as const)));
}

const runAttributes: readonly (readonly [RunAttribute, ValueKind, ...string[]])[] = [
  ['run_id', 'listable'],
  ['run_name', 'listable', 'run name', 'Run name', 'Run Name'],
  ['status', 'listable'],
  ['user_id', 'listable'],
  ['experiment_id', 'listable'],
  ['artifact_uri', 'text'],
  ['start_time', 'number', 'created', 'Created'],
  ['end_time', 'number'],
  ['created_at', 'number'],
  ['duration', 'number'],
  ['cost', 'number'],
  ['environment', 'listable'],
  ['environment_revision', 'number'],
  ['tier', 'listable'],
  ['commit', 'listable'],
  ['project', 'listable'],
  ['created_by', 'listable'],
  ['note', 'text'],
];

/** Entities beyond MLflow's: `best.loss` beside `metrics.loss`. `last` says what `metrics` does, and never means a step. */
const readings = ['last', 'min', 'max', 'best'] as const;

export const runTarget: SearchTarget = {
  entities: aliases(
    ['metric', ['metric', 'metrics', ...readings]],
    ['parameter', ['parameter', 'parameters', 'param', 'params']],
    ['tag', tagAliases],
    ['attribute', attributeAliases],
    ['dataset', ['dataset', 'datasets']],
  ),
  attributes: new Map(
    runAttributes.flatMap(([key, kind, ...others]) => [key, ...others].map((name) => [name, { key, kind }] as const)),
  ),
};

/** What panels search: beside MLflow's columns, what is the person's own. Foreign clients are refused it as any unknown name. */
export const panelTarget: SearchTarget = {
  ...runTarget,
  attributes: new Map<string, Attribute>([
    ...runTarget.attributes,
    ['starred', { key: 'starred', kind: 'listable', values: ['true', 'false'] }],
  ]),
};

export const experimentTarget: SearchTarget = {
  entities: aliases(['tag', tagAliases], ['attribute', ['attribute', 'attributes', 'attr', 'experiment']]),
  attributes: new Map([
    ['name', { key: 'name', kind: 'text' }],
    ['experiment_id', { key: 'experiment_id', kind: 'text' }],
    ['creation_time', { key: 'creation_time', kind: 'number' }],
    ['last_update_time', { key: 'last_update_time', kind: 'number' }],
  ]),
};

/** `values` where no others can stand in it. */
export type ResolvedColumn = {
  readonly column: Column;
  readonly kind: ValueKind;
  readonly values?: readonly string[] | undefined;
};

/** The column that a name stands for, and what it holds. A bare name is an attribute. */
export function resolveColumn(target: SearchTarget, { entity: name, key }: ParsedColumn): ResolvedColumn {
  const entity = name === null ? 'attribute' : target.entities.get(name.text);
  if (entity === undefined) {
    const known = [...target.entities.keys()].join(', ');
    throw new FilterProblem(`Invalid entity type '${name?.text}'`, name ?? key, `Use one of ${known}.`);
  }
  if (entity === 'metric') {
    return { column: metricColumn(name?.text ?? '', key.text, target.direction ?? directionOf), kind: 'number' };
  }
  if (entity === 'dataset') return datasetColumn(key);
  if (entity !== 'attribute') return { column: { entity, key: key.text }, kind: 'text' };
  return attributeColumn(target, key);
}

function attributeColumn(target: SearchTarget, key: ParsedColumn['key']): ResolvedColumn {
  const attribute = target.attributes.get(key.text);
  if (attribute === undefined) {
    const known = [...target.attributes.keys()].join(', ');
    const remedy = `Use one of ${known}; or name what it belongs to, as in ${example(target, key.text)}.`;
    throw new FilterProblem(`Invalid attribute key '${key.text}' specified`, key, remedy);
  }
  const { kind, values } = attribute;
  const own = values !== undefined && target.userId !== undefined ? { userId: target.userId } : {};
  return { column: { entity: 'attribute', key: attribute.key, ...own }, kind, values };
}

const atStep = /^(.+)@([+-]?\d{1,15})$/s;

/** `metrics.KEY@STEP` is a value at a step. */
function metricColumn(entity: string, written: string, direction: (key: string) => MetricDirection): Column {
  const column = (key: string, reading?: MetricReading): Column =>
    reading === undefined ? { entity: 'metric', key } : { entity: 'metric', key, reading };
  if (entity === 'last') return column(written);
  if (entity === 'best') return column(written, direction(written));
  if (entity === 'min' || entity === 'max') return column(written, entity);
  const [, key, step] = atStep.exec(written) ?? [];
  return key === undefined ? column(written) : column(key, { step: Number(step) });
}

const datasetKeys = ['name', 'digest', 'context'];

function datasetColumn(key: ParsedColumn['key']): ResolvedColumn {
  if (datasetKeys.includes(key.text)) return { column: { entity: 'dataset', key: key.text }, kind: 'listable' };
  const remedy = `Use one of ${datasetKeys.join(', ')}.`;
  throw new FilterProblem(`Invalid dataset key '${key.text}' specified`, key, remedy);
}

function example(target: SearchTarget, key: string): string {
  const prefixes = target.entities.has('metrics') ? ['metrics', 'params', 'tags'] : ['tags'];
  return prefixes.map((prefix) => `${prefix}.${key}`).join(' or ');
}

const presence: readonly ComparisonOperator[] = ['IS NULL', 'IS NOT NULL'];
const comparisons: readonly ComparisonOperator[] = ['=', '!=', '>', '>=', '<', '<='];
const patterns: readonly ComparisonOperator[] = ['=', '!=', 'LIKE', 'ILIKE'];
const lists: readonly ComparisonOperator[] = ['IN', 'NOT IN'];

/** The operators that a kind of value takes. */
export const operatorsOf: Readonly<Record<ValueKind, readonly ComparisonOperator[]>> = {
  number: [...comparisons, ...presence],
  text: [...patterns, ...presence],
  listable: [...patterns, ...lists, ...presence],
};
