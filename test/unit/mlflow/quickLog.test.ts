/** The quick reading of logging calls: it may leave a call to the schema, but never reads one differently. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type * as z from 'zod';
import { parseFields } from '../../../server/transport/mlflow/fields.ts';
import { quickBatch, quickMetric } from '../../../server/transport/mlflow/quickLog.ts';
import { batchInput, metricInput } from '../../../server/transport/mlflow/runRoutes.ts';

const runId = 'a'.repeat(32);
const texts = fc.constantFrom(
  ...['loss', 'a/b', 'train/acc.1', 'x y:z-_', 'é', '', ' ', '.', '..', '../a', 'a/../b', 'a//b', '/a', 'a/', 'a\n'],
  ...['a\0', '.hidden', 'a/.b', '-x', 'a/ b', '__proto__', 'k'.repeat(250), 'k'.repeat(251), 'a\u202eb', '1', 'NaN'],
);
const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, 2 ** 53, 2 ** 53 - 1, -(2 ** 53) + 1, 1.5, Number.POSITIVE_INFINITY, Number.NaN),
);
const others = fc.constantFrom<unknown>(null, undefined, true, 'NaN', 'Infinity', '-Infinity', '1.5', '7', 'x', [], {});
const anything = fc.oneof({ weight: 5, arbitrary: numbers }, others);
const keys = fc.oneof({ weight: 6, arbitrary: texts }, others);

const metric = fc.record(
  {
    key: keys,
    value: anything,
    timestamp: fc.oneof(fc.nat(), anything),
    step: fc.oneof(fc.integer(), anything),
    model_id: fc.constantFrom('m-1', undefined, ''),
  },
  { requiredKeys: [] },
);
const pair = fc.record(
  { key: keys, value: fc.oneof(texts, others, fc.constantFrom('v'.repeat(6001), 'v'.repeat(8001))) },
  { requiredKeys: [] },
);
/** What most calls are, so that enough is taken the quick way. */
const plain = fc.record({
  key: fc.constantFrom('loss', 'a/b', 'x'),
  value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('NaN', 'Infinity')),
  timestamp: fc.nat(),
  step: fc.option(fc.integer(), { nil: undefined }),
});
const run_id = fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>(runId) }, others, texts);
const list = (each: fc.Arbitrary<unknown>) => fc.oneof(fc.array(each, { maxLength: 4 }), others);

const calls = {
  batch: fc.record(
    {
      run_id,
      metrics: fc.oneof(list(plain), list(metric)),
      params: list(fc.oneof(fc.record({ key: fc.constantFrom('p', 'q', 'r'), value: fc.string() }), pair)),
      tags: list(fc.oneof(fc.record({ key: fc.constantFrom('p', 'q', 'r'), value: fc.string() }), pair)),
    },
    { requiredKeys: [] },
  ),
  metric: fc.tuple(run_id, fc.oneof(plain, metric)).map(([run_id, fields]) => ({ run_id, ...(fields as object) })),
} as const;

type Given = Readonly<Record<string, unknown>>;

/** Answers whether the quick way was taken. */
function compare(schema: z.ZodType, quick: (given: Given) => unknown, given: Given): boolean {
  const read = quick(given);
  if (read === null) return false;
  assert.deepEqual(strip(read), strip(parseFields(schema, given)));
  return true;
}

/** A field that is absent and one that is undefined are the same to the routes. */
function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, strip(each)]])),
  );
}

describe('quick reading of logging calls', () => {
  it('reads batches as the schema does', () => {
    let taken = 0;
    const property = fc.property(calls.batch, (given) => {
      taken += Number(compare(batchInput, quickBatch, given as Given));
    });
    fc.assert(property, { numRuns: 3000 });
    assert.ok(taken > 100, `${taken} were taken`);
  });

  it('reads single metrics as the schema does', () => {
    let taken = 0;
    const property = fc.property(calls.metric, (given) => {
      taken += Number(compare(metricInput, quickMetric, given));
    });
    fc.assert(property, { numRuns: 3000 });
    assert.ok(taken > 100, `${taken} were taken`);
  });

  it('takes what jobs send', () => {
    const point = { key: 'loss', value: 0.5, timestamp: 1_700_000_000_000, step: 3 };
    assert.ok(quickMetric({ run_id: runId, ...point }));
    const texts = [{ key: 'mlflow.user', value: '' }];
    assert.ok(
      quickBatch({ run_id: runId, metrics: Array(900).fill(point), params: texts, tags: Array(99).fill(texts[0]) }),
    );
    assert.ok(quickBatch({ run_id: runId, metrics: Array(1000).fill(point) }));
  });

  it('leaves what is past a limit to the schema', () => {
    const point = { key: 'loss', value: 0.5, timestamp: 1, step: 3 };
    const tag = { key: 'a', value: '' };
    assert.equal(quickBatch({ run_id: runId, metrics: Array(1001).fill(point) }), null);
    assert.equal(quickBatch({ run_id: runId, metrics: Array(950).fill(point), tags: Array(51).fill(tag) }), null);
    assert.equal(quickBatch({ run_id: runId, params: [tag, tag] }), null);
    assert.equal(quickBatch({ run_id: runId, tags: Array(101).fill(tag) }), null);
    assert.equal(quickMetric({ run_id: `${runId}/..`, ...point }), null);
  });
});
