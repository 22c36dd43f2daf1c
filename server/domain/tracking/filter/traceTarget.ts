/** What traces can be searched by, with MLflow's names for it. */
import type { SearchTarget, ValueKind } from './columns.ts';

const attributes: readonly (readonly [string, ValueKind, ...string[]])[] = [
  ['name', 'listable'],
  ['status', 'listable', 'state'],
  ['trace_id', 'listable', 'request_id'],
  ['run_id', 'listable'],
  ['client_request_id', 'listable'],
  ['timestamp_ms', 'number', 'timestamp', 'request_time'],
  ['execution_time_ms', 'number', 'execution_time', 'execution_duration'],
  ['end_time_ms', 'number', 'end_time'],
  ['experiment_id', 'listable'],
];

export const traceTarget: SearchTarget = {
  entities: new Map([
    ['attribute', 'attribute'],
    ['attributes', 'attribute'],
    ['trace', 'attribute'],
    ['tag', 'tag'],
    ['tags', 'tag'],
    ['metadata', 'metadata'],
    ['request_metadata', 'metadata'],
    ['span', 'span'],
    ['feedback', 'feedback'],
    ['expectation', 'expectation'],
  ]),
  attributes: new Map(
    attributes.flatMap(([key, kind, ...others]) => [key, ...others].map((name) => [name, { key, kind }] as const)),
  ),
};
