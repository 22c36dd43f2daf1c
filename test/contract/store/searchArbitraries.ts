/** Runs and searches for property tests, with the values that are hard to order and to compare. */
import fc from 'fast-check';
import type { SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { Column, Comparison, Ordering, RunQuery, RunSelection } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';
import type { LoggedRun } from './searchOracle.ts';

const keys = ['a', 'b', 'never'];
const texts = ['x', 'X', 'xy', 'x%', 'x_', 'é', '', "o'clock", '*?[', '10', '9', '1e1', '-0.5', '1e', '0x1'];
const numbers = [-1, -0, 0, 0.5, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

const record = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom('a', 'b'), value, { maxKeys: 2 });
const logged: fc.Arbitrary<Omit<LoggedRun, 'id'>> = fc.record({
  name: fc.constantFrom(...texts),
  state: fc.constantFrom('queued', 'running', 'succeeded', 'failed', 'stopped', 'lost'),
  experimentId: fc.constantFrom('0', '1'),
  createdAt: fc.integer({ min: 1, max: 3 }),
  startedAt: fc.option(fc.integer({ min: 1, max: 3 })),
  endedAt: fc.option(fc.integer({ min: 1, max: 3 })),
  deletedAt: fc.constantFrom(null, null, null, null, 9),
  metrics: record(fc.array(fc.constantFrom(...numbers), { minLength: 1, maxLength: 3 })),
  parameters: record(fc.constantFrom(...texts)),
  tags: record(fc.constantFrom(...texts)),
});

export const runs: fc.Arbitrary<readonly LoggedRun[]> = fc
  .array(logged, { minLength: 6, maxLength: 14 })
  .map((fields) => fields.map((run, index) => ({ id: `r${index}`, ...run })));

const textOperators = ['=', '!=', 'LIKE', 'ILIKE'] as const;
const numberOperators = ['=', '!=', '>', '>=', '<', '<='] as const;
const patterns = fc.constantFrom(...texts, '%', '_', '%x', '_y', 'É', '%*%');

const metric: fc.Arbitrary<Column> = fc.record({
  entity: fc.constant('metric' as const),
  key: fc.constantFrom(...keys),
  reading: fc.constantFrom<Column['reading'][]>(
    undefined,
    undefined,
    'min',
    'max',
    { step: 0 },
    { step: 1 },
    { step: 7 },
  ),
});
const logText: fc.Arbitrary<Column> = fc.record({
  entity: fc.constantFrom('parameter' as const, 'tag' as const),
  key: fc.constantFrom(...keys),
});
const attribute = (...names: readonly string[]): fc.Arbitrary<Column> =>
  fc.record({ entity: fc.constant('attribute' as const), key: fc.constantFrom(...names) });
const textAttribute = attribute('run_name', 'status', 'run_id', 'user_id', 'experiment_id', 'artifact_uri', 'project');

const anyAttribute = ['start_time', 'end_time', 'created_at', 'run_name', 'status', 'tier', 'note'];

export const anyColumn = fc.oneof(metric, logText, attribute(...anyAttribute));

const comparison: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    column: metric,
    operator: fc.constantFrom(...numberOperators),
    value: fc.constantFrom(...numbers.filter((value) => !Number.isNaN(value))),
  }),
  fc.record({ column: logText, operator: fc.constantFrom(...textOperators), value: patterns }),
  fc.record({
    column: textAttribute,
    operator: fc.constantFrom(...textOperators),
    value: fc.oneof(patterns, fc.constantFrom('RUNNING', 'FINISHED', 'FAILED', 'Ada', 'ada', '0', '%/r1/artifacts')),
  }),
  fc.record({
    column: attribute('start_time', 'created_at', 'end_time'),
    operator: fc.constantFrom(...numberOperators),
    value: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    column: fc.constant({ entity: 'attribute' as const, key: 'run_id' }),
    operator: fc.constantFrom('IN' as const, 'NOT IN' as const),
    value: fc.subarray(['r0', 'r1', 'r2', 'unknown']),
  }),
  fc.record({
    column: anyColumn,
    operator: fc.constantFrom('IS NULL' as const, 'IS NOT NULL' as const),
    value: fc.constant(null),
  }),
);

const ordering: fc.Arbitrary<Ordering> = fc.record({ column: anyColumn, ascending: fc.boolean() });

const selected = {
  experimentIds: fc.constantFrom(['0', '1'], ['0', '1'], ['0', '1'], ['1'], ['7', 'not-a-number']),
  view: fc.constantFrom('active' as const, 'all' as const, 'deleted' as const),
  where: fc.array(comparison, { maxLength: 2 }),
};

export const selection: fc.Arbitrary<RunSelection> = fc.record(selected);

export const query: fc.Arbitrary<RunQuery> = fc.record({
  ...selected,
  orderBy: fc.array(ordering, { maxLength: 3 }),
  textOrder: fc.constantFrom('natural', 'plain'),
  offset: fc.constantFrom(0, 0, 1, 3),
  limit: fc.constantFrom(100, 2, 1),
});

export async function fill(store: SqliteStore, logged: readonly LoggedRun[]): Promise<void> {
  await store.write(async (stores) => {
    const experiment = { projectId: 'default', name: 'second', createdAt: 1, updatedAt: 1, deletedAt: null, tags: {} };
    await stores.tracking.insertExperiment(experiment);
    for (const { metrics, parameters, tags, ...run } of logged) {
      await stores.runs.insertRun(storedRun(run));
      const points = Object.entries(metrics).flatMap(([key, values]) =>
        values.map((value, step) => ({ key, value, step, timestamp: 0 })),
      );
      await stores.tracking.logMetrics(run.id, points);
      await stores.tracking.logParameters(run.id, parameters);
      await stores.tracking.setTags(run.id, tags);
    }
  });
}
