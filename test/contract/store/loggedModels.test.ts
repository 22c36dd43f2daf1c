/** Searches for logged models, registered models and versions against an oracle in memory. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { ModelOrdering, RegistryQuery } from '../../../server/domain/models/ports.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { matchesFilter } from '../../../server/domain/tracking/filter/matches.ts';
import type { Column, Comparison } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';

const names = ['a', 'A', 'b%', 'b_', "c'", 'é'];
const numbers = [Number.NaN, Number.NEGATIVE_INFINITY, -1, 0, 0.5, 3];

type Made = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly tag: string | null;
  readonly metric: number | null;
};

const made: readonly Made[] = Array.from({ length: 60 }, (_, index) => ({
  id: `m-${String(index).padStart(2, '0')}`,
  name: names[index % names.length] ?? '',
  createdAt: index % 7,
  tag: index % 4 === 0 ? null : (names[(index * 5) % names.length] ?? null),
  metric: index % 5 === 0 ? null : (numbers[(index * 7) % numbers.length] ?? null),
}));

function readColumn(model: Made, { entity, key }: Column): string | number | undefined {
  if (entity === 'tag') return key === 't' ? (model.tag ?? undefined) : undefined;
  if (entity === 'metric') return key === 'x' ? (model.metric ?? undefined) : undefined;
  return { name: model.name, model_id: model.id, creation_timestamp: model.createdAt }[key];
}

const text = fc.constantFrom('a', 'A%', '%', '_', 'b%', 'b_', "c'", "' OR 1=1 --", '', '[a]', '*');
const column = (entity: Column['entity'], key: string): Column => ({ entity, key });
const ofText = fc.record({
  column: fc.constantFrom(column('attribute', 'name'), column('tag', 't'), column('tag', 'none'), column('tag', "'")),
  operator: fc.constantFrom('=', '!=', 'LIKE', 'ILIKE'),
  value: text,
});
const ofList = fc.record({
  column: fc.constantFrom(column('attribute', 'name'), column('attribute', 'model_id')),
  operator: fc.constantFrom('IN', 'NOT IN'),
  value: fc.array(fc.constantFrom('a', 'b_', 'm-01', 'm-02', "'"), { maxLength: 3 }),
});
const ofNumber = fc.record({
  column: fc.constantFrom(column('metric', 'x'), column('metric', 'none'), column('attribute', 'creation_timestamp')),
  operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
  value: fc.constantFrom(-1, 0, 0.5, 3, 4),
});
const filters = fc.array(fc.oneof(ofText, ofList, ofNumber), { maxLength: 3 }) as fc.Arbitrary<readonly Comparison[]>;
const orders = fc.array(
  fc.record({
    column: fc.constantFrom(
      column('metric', 'x'),
      column('tag', 't'),
      column('attribute', 'name'),
      column('metric', 'none'),
    ),
    ascending: fc.boolean(),
  }),
  { maxLength: 2 },
);

/** Numbers, then NaN, then what has no value; text by its bytes. */
function compare(
  first: Made,
  second: Made,
  { column, ascending }: Pick<ModelOrdering, 'column' | 'ascending'>,
): number {
  const [a, b] = [readColumn(first, column), readColumn(second, column)];
  const rank = (value: typeof a) => (value === undefined ? 2 : Number.isNaN(value) ? 1 : 0);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === undefined || b === undefined || a === b || rank(a) === 1) return 0;
  return a < b === ascending ? -1 : 1;
}

describe('searches for models', () => {
  let store: SqliteStore;
  before(async () => {
    store = openStore({ file: ':memory:' });
    await store.write(async ({ runs, loggedModels, registry }) => {
      await runs.insertRun(storedRun({ id: 'r' }));
      const by = { createdById: 'ada', createdByName: 'Ada', updatedAt: 0 };
      for (const { id, name, createdAt, tag, metric } of made) {
        const fields = { modelType: '', sourceRunId: '', status: 'READY', deletedAt: null } as const;
        await loggedModels.insertModel({ id, name, createdAt, experimentId: '0', ...fields, ...by });
        if (tag !== null) await loggedModels.setTags(id, { t: tag });
        const point = { key: 'x', step: 0, timestamp: 0, datasetName: '', datasetDigest: '' };
        if (metric !== null) await loggedModels.logMetrics('r', [{ ...point, modelId: id, value: metric }]);
        const described = { settled: true, description: '', projectId: 'default' };
        await registry.insertModel({ name: `${name}-${id}`, createdAt, ...described, ...by });
        if (tag !== null) await registry.setTag(`${name}-${id}`, 't', tag);
      }
    });
  });
  after(() => store.close());

  it('find logged models as the oracle does, in its order, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(filters, orders, fc.nat(10), async (where, orderBy, offset) => {
        const query = { experimentIds: ['0'], where, datasets: [], offset, limit: 20 };
        const asked = orderBy.map((each) => ({ ...each, dataset: null }));
        const found = await store.read(({ loggedModels }) => loggedModels.search({ ...query, orderBy: asked }));
        const expected = made
          .filter((model) => matchesFilter(where, (column) => readColumn(model, column)))
          .toSorted((a, b) => {
            for (const each of orderBy) if (compare(a, b, each) !== 0) return compare(a, b, each);
            return b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1);
          })
          .slice(offset, offset + 20);
        assert.deepEqual(
          found.map(({ id }) => id),
          expected.map(({ id }) => id),
        );
        for (const { id, metrics, tags } of found) {
          const model = made.find((each) => each.id === id);
          assert.deepEqual([metrics[0]?.value ?? null, tags['t'] ?? null], [model?.metric, model?.tag]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('find registered models as the oracle does, of the projects that are asked for', async () => {
    const usable = (where: readonly Comparison[]) =>
      where.filter(({ column: { entity, key } }) => entity === 'tag' || (entity === 'attribute' && key !== 'model_id'));
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom<readonly string[] | null>(null, ['default'], ['other'], []),
        async (given, projectIds) => {
          const where = usable(given);
          const query: RegistryQuery = { projectIds, where, prompts: 'hidden', orderBy: [], offset: 0, limit: 100 };
          const found = await store.read(({ registry }) => registry.searchModels(query));
          const registered = made.map((each) => ({ ...each, name: `${each.name}-${each.id}` }));
          const expected = registered.filter((model) => matchesFilter(where, (column) => readColumn(model, column)));
          const wanted = projectIds === null || projectIds.includes('default') ? expected.map(({ name }) => name) : [];
          assert.deepEqual(found.map(({ name }) => name).sort(), wanted.sort());
        },
      ),
      { numRuns: 150 },
    );
  });

  it('refuse columns that they do not have', async () => {
    const invalid = (error: unknown) => isDomainError(error) && error.reason === 'invalid-filter';
    for (const unknown of [
      column('attribute', '__proto__'),
      column('attribute', 'x; DROP'),
      column('dataset', 'name'),
    ]) {
      const where: readonly Comparison[] = [{ column: unknown, operator: '=', value: 'x' }];
      const query = { where, orderBy: [], offset: 0, limit: 1 };
      await assert.rejects(
        store.read(({ loggedModels }) => loggedModels.search({ ...query, experimentIds: ['0'], datasets: [] })),
        invalid,
      );
      await assert.rejects(
        store.read(({ registry }) => registry.searchVersions({ ...query, projectIds: null, prompts: 'shown' })),
        invalid,
      );
    }
  });
});
