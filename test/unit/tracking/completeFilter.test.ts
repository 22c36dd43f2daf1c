/** Completion: `|` marks the caret. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { panelTarget } from '../../../server/domain/tracking/filter/columns.ts';
import { completeFilter } from '../../../server/domain/tracking/filter/completeFilter.ts';
import { parseFilter } from '../../../server/domain/tracking/filter/parseFilter.ts';
import type { Column } from '../../../server/domain/tracking/ports.ts';

const source = {
  columns: async () => ({
    metrics: ['accuracy', 'val.loss', 'f 1'],
    parameters: ['model', 'max-depth'],
    tags: ['mlflow.user', 'it`s'],
  }),
  distinct: async ({ key }: Column) => (key === 'model' ? ['tree', "o'clock", 'forest'] : ['other']),
};

async function at(marked: string) {
  const caret = marked.indexOf('|');
  return await completeFilter({ filter: marked.replace('|', ''), caret }, source);
}

async function texts(marked: string): Promise<readonly string[]> {
  return (await at(marked)).items.map(({ text }) => text);
}

function parses(filter: string): boolean {
  try {
    return parseFilter(filter, panelTarget).length > 0;
  } catch {
    return false;
  }
}

describe('completeFilter', () => {
  it('offers every column at the beginning, quoted where the grammar needs it', async () => {
    const offered = await texts('|');
    for (const text of [
      'metrics.accuracy',
      'metrics.val.loss',
      'metrics.`f 1`',
      'params.max-depth',
      'tags.`it``s`',
      'status',
    ]) {
      assert.ok(offered.includes(text), text);
    }
  });

  it('narrows to what is typed, from the first letter of the word', async () => {
    const { from, items } = await at("status = 'RUNNING' AND metrics.val.l|");
    assert.equal(from, 23);
    assert.deepEqual(
      items.map(({ text }) => text),
      ['metrics.val.loss'],
    );
    assert.deepEqual(await texts('accu|'), ['metrics.accuracy']);
  });

  it('offers the other values of a metric once their word is begun', async () => {
    assert.deepEqual(await texts('best|'), ['best.accuracy', 'best.val.loss', 'best.`f 1`']);
    assert.deepEqual(await texts('min.ac|'), ['min.accuracy']);
    assert.ok(!(await texts('|')).includes('best.accuracy'));
  });

  it('offers the operators that the column takes', async () => {
    const presence = ['IS NULL', 'IS NOT NULL'];
    for (const column of ['metrics.accuracy', 'best.accuracy', 'metrics.accuracy@10', 'duration']) {
      assert.deepEqual(await texts(`${column} |`), ['=', '!=', '>', '>=', '<', '<=', ...presence]);
    }
    assert.deepEqual(await texts('params.model |'), ['=', '!=', 'LIKE', 'ILIKE', ...presence]);
    assert.deepEqual(await texts('params.model i|'), ['ILIKE', ...presence, 'LIKE']);
    assert.deepEqual(await texts('run_id n|'), ['NOT IN', 'IN', ...presence]);
    assert.deepEqual(await texts('run_id not |'), ['IN']);
    assert.deepEqual(await texts('run_id is |'), ['NULL', 'NOT NULL']);
    assert.deepEqual(await texts('run_id is not n|'), ['NULL']);
  });

  it('offers the values that occur, within the quotes that were begun', async () => {
    assert.deepEqual(await texts('params.model = |'), ["'tree'", "'o''clock'", "'forest'"]);
    assert.deepEqual(await texts("params.model = 't|"), ["'tree'", "'forest'"]);
    assert.deepEqual(await texts('params.model = "o|'), ['"o\'clock"', '"forest"']);
    assert.deepEqual(await texts("run_id IN ('a', |"), ["'other'"]);
    assert.deepEqual(await texts('status IN |'), ["('other')"]);
    assert.deepEqual(await texts('metrics.accuracy > |'), []);
  });

  it('offers AND after a whole comparison', async () => {
    assert.deepEqual(await texts('metrics.accuracy > 1 |'), ['AND']);
    assert.deepEqual(await texts('metrics.accuracy > 1 a|'), ['AND']);
    assert.deepEqual(await texts('params.model IS NULL |'), ['AND']);
    assert.deepEqual(await texts('params.model IS NOT NULL AND tier |'), await texts('tier |'));
  });

  it('says what is wrong with the whole filter, and nothing of one that can be searched with', async () => {
    assert.equal((await at('metrics.accuracy > 1|')).error, null);
    assert.equal((await at('|')).error, null);
    const { error } = await at("metrics.accuracy > 'x'|");
    assert.deepEqual([error?.from, error?.to], [19, 22]);
    assert.match(error?.message ?? '', /Expected numeric value/);
  });

  it('offers nothing after a mistake', async () => {
    assert.deepEqual(await texts('= = = |'), []);
  });

  it('completes to filters that parse, one step after another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (choices) => {
        let filter = '';
        for (let step = 0; step < 7 || !parses(filter); step += 1) {
          assert.ok(step < 12, filter);
          const { items, from } = await completeFilter({ filter, caret: filter.length }, source);
          const choice = items[(choices.next().value ?? 0) % Math.max(1, items.length)];
          filter = `${filter.slice(0, from)}${choice?.text ?? '1'} `;
        }
        assert.ok(parseFilter(filter, panelTarget).length >= 1, filter);
      }),
      { numRuns: 200 },
    );
  });

  it('answers any text at any caret', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'metrics.a =\'"`(),<>! AND\n1'.split('')) });
    await fc.assert(
      fc.asyncProperty(text, fc.nat(60), async (filter, caret) => {
        const { from } = await completeFilter({ filter, caret }, source);
        assert.ok(from >= 0 && from <= caret);
      }),
      { numRuns: 500 },
    );
  });
});
