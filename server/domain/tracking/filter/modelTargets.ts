/** What logged models, registered models and their versions can be searched by, with MLflow's names for it. */
import { aliases, attributeAliases, type SearchTarget, tagAliases, type ValueKind } from './columns.ts';

type Attributes = readonly (readonly [key: string, kind: ValueKind, ...others: string[]])[];

function attributes(list: Attributes): SearchTarget['attributes'] {
  return new Map(
    list.flatMap(([key, kind, ...others]) => [key, ...others].map((name) => [name, { key, kind }] as const)),
  );
}

const times: Attributes = [
  ['creation_timestamp', 'number', 'timestamp', 'creation_time'],
  ['last_updated_timestamp', 'number', 'last_updated_time'],
];
const plain = aliases(['tag', tagAliases], ['attribute', attributeAliases]);

export const registeredModelTarget: SearchTarget = {
  entities: plain,
  attributes: attributes([['name', 'text'], ...times]),
};

export const modelVersionTarget: SearchTarget = {
  entities: plain,
  attributes: attributes([
    ['name', 'text'],
    ['version_number', 'number'],
    ['run_id', 'listable'],
    ['source_path', 'text'],
    ...times,
  ]),
};

export const loggedModelTarget: SearchTarget = {
  entities: aliases(
    ['metric', ['metric', 'metrics']],
    ['parameter', ['parameter', 'parameters', 'param', 'params']],
    ['tag', tagAliases],
    ['attribute', attributeAliases],
  ),
  attributes: attributes([
    ['name', 'listable'],
    ['model_id', 'listable'],
    ['model_type', 'listable'],
    ['status', 'listable'],
    ['source_run_id', 'listable'],
    ...times,
  ]),
};
