/** The store of traces against its port: exact content, searches against an oracle, pages that nothing shifts. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { Assessment, StoredTrace, TracePosition } from '../../../server/domain/traces/ports.ts';
import { factsOf } from '../../../server/domain/traces/spanFacts.ts';
import { parseFilter, parseOrdering } from '../../../server/domain/tracking/filter/parseFilter.ts';
import { traceTarget } from '../../../server/domain/tracking/filter/traceTarget.ts';
import { aSpan, text } from '../../harness/spans.ts';

const aTrace = (id: string, change: Partial<StoredTrace> = {}): Omit<StoredTrace, 'spans'> => ({
  id,
  experimentId: '0',
  clientRequestId: null,
  state: 'OK',
  startedAt: 1000,
  duration: 5,
  requestPreview: null,
  responsePreview: null,
  described: false,
  tags: {},
  metadata: {},
  ...change,
});

const feedback = (traceId: string, change: Partial<Assessment> = {}): Assessment => ({
  ...{ id: `a-${traceId}`, traceId, spanId: null, name: 'good', kind: 'feedback', value: true, format: null },
  ...{ source: { type: 'HUMAN', id: 'ada' }, createdAt: 5, updatedAt: 6, error: null, rationale: null },
  ...{ metadata: {}, overrides: null, valid: true },
  ...change,
});

describe('trace store', () => {
  let store: SqliteStore;
  beforeEach(() => {
    store = openStore({ file: ':memory:' });
  });
  afterEach(() => store.close());

  const add = (...traces: readonly Omit<StoredTrace, 'spans'>[]) =>
    store.write(async (stores) => {
      for (const trace of traces) await stores.traces.insertTrace(trace);
    });
  const search = (filter = '', { orderBy = [], limit = 100, after = null, experimentIds = ['0'] }: Search = {}) =>
    store.read(({ traces }) =>
      traces.searchTraces({
        experimentIds,
        where: parseFilter(filter, traceTarget),
        orderBy: orderBy.map((item) => parseOrdering(item, traceTarget)),
        limit,
        after,
      }),
    );
  type Search = {
    readonly orderBy?: readonly string[];
    readonly limit?: number;
    readonly after?: TracePosition | null;
    readonly experimentIds?: readonly string[];
  };

  it('keeps a trace, and changes what a change names', async () => {
    const trace = aTrace('tr-1', { tags: { a: '1', __proto__: 'x' }, metadata: { m: '2' }, clientRequestId: 'c' });
    await add(trace);
    await store.write(({ traces }) => traces.updateTrace('tr-1', { state: 'ERROR', tags: { b: '2', a: '3' } }));
    await store.read(async ({ traces }) => {
      const changed = { ...trace, state: 'ERROR', tags: { ...trace.tags, a: '3', b: '2' }, spans: 0 };
      assert.deepEqual(await traces.trace('tr-1'), changed);
      assert.deepEqual(await traces.traces(['no', 'tr-1', 'tr-1']).then((found) => found.length), 2);
      assert.equal(await traces.trace('no'), null);
    });
    await store.write(async ({ traces }) => {
      assert.equal(await traces.deleteTraceTag('tr-1', 'a'), true);
      assert.equal(await traces.deleteTraceTag('tr-1', 'a'), false);
      await assert.rejects(traces.updateTrace('no', { state: 'OK' }), /not found/);
    });
  });

  it('gives spans back as they came, whatever they hold', async () => {
    const texts = fc.string({ unit: 'binary', maxLength: 2000 });
    await fc.assert(
      fc.asyncProperty(texts, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), async (words, integer) => {
        const span = aSpan({
          name: words,
          attributes: [
            text('text', words),
            { key: 'integer', value: { intValue: String(integer) } },
            { key: 'odd', value: { doubleValue: 'NaN' } },
            { key: 'nothing' },
            { key: '__proto__', value: { kvlistValue: { values: [text(words || 'k', words)] } } },
          ],
          events: [{ timeUnixNano: '18446744073709551615', name: words, attributes: [], droppedAttributesCount: 3 }],
        });
        const id = `tr-${span.traceId}`;
        await add(aTrace(id));
        await store.write(({ traces }) => traces.putSpans(id, [[span, factsOf(span)]]));
        assert.deepEqual(await store.read(({ traces }) => traces.spans(id)), [span]);
      }),
      { numRuns: 100 },
    );
  });

  it('replaces a span that comes again, and counts it once', async () => {
    const span = aSpan({ endTimeUnixNano: '0', attributes: [text('phase', 'begun')] });
    const ended = { ...span, endTimeUnixNano: '1700000002000000000', attributes: [text('phase', 'x'.repeat(5000))] };
    await add(aTrace('tr-1'));
    for (const each of [span, ended]) {
      await store.write(({ traces }) => traces.putSpans('tr-1', [[each, factsOf(each)]]));
    }
    await store.read(async ({ traces }) => {
      assert.deepEqual(await traces.spans('tr-1'), [ended]);
      assert.equal((await traces.trace('tr-1'))?.spans, 1);
    });
    assert.deepEqual((await search("span.attributes.phase = 'begun'")).ids, []);
    assert.deepEqual((await search("span.attributes.phase LIKE 'xx%'")).ids, ['tr-1']);
  });

  it('finds by everything that a filter can name', async () => {
    const span = aSpan({ name: "it's", attributes: [text('mlflow.spanType', 'LLM'), text('model', 'tiny')] });
    await add(
      aTrace('a', { startedAt: 1, tags: { 'mlflow.traceName': 'first', k: 'v' }, metadata: { s: '1' } }),
      aTrace('b', { startedAt: 2, duration: null, state: 'ERROR', clientRequestId: 'c', tags: { k: 'w' } }),
      aTrace('c', { startedAt: 3, duration: 50 }),
    );
    await store.write(async ({ traces }) => {
      await traces.putSpans('a', [[span, factsOf(span)]]);
      await traces.linkToRun(['a', 'b'], 'r1');
      await traces.linkToRun(['a'], 'r2');
      await traces.putAssessment(feedback('a'));
      await traces.putAssessment(feedback('b', { value: 'yes', valid: false }));
      await traces.putAssessment(feedback('c', { kind: 'expectation', name: 'n', value: 0.5 }));
    });
    const cases: readonly (readonly [string, string])[] = [
      ['', 'cba'],
      ["name = 'first'", 'a'],
      ["name != 'other'", 'a'],
      ["trace.status = 'ERROR'", 'b'],
      ["status IN ('OK', 'ERROR')", 'cba'],
      ["status NOT IN ('OK')", 'b'],
      ["request_id = 'a'", 'a'],
      ["client_request_id LIKE 'c%'", 'b'],
      ["run_id = 'r1'", 'ba'],
      ["run_id IN ('r2', 'r9')", 'a'],
      ['timestamp_ms >= 2', 'cb'],
      ['execution_time > 5', 'c'],
      ['end_time <= 6', 'a'],
      ["tags.k = 'v'", 'a'],
      ["tag.k != 'v'", 'b'],
      ["tags.k ILIKE 'V'", 'a'],
      ["request_metadata.s = '1'", 'a'],
      ["metadata.never = '1'", ''],
      ["span.name = 'it''s'", 'a'],
      ["span.type = 'LLM' AND span.status = 'OK'", 'a'],
      ["span.attributes.model = 'tiny'", 'a'],
      ["span.attributes.never = 'tiny'", ''],
      ["feedback.good = 'true'", 'a'],
      ["feedback.good = 'yes'", ''],
      ["expectation.n = '0.5'", 'c'],
      ["expectation.good = 'true'", ''],
    ];
    for (const [filter, found] of cases) assert.equal((await search(filter)).ids.join(''), found, filter);
    for (const filter of ["span.content = 'x'", "nonsense = 'x'", "tags.k > 'x'", "timestamp = 'x'"]) {
      await assert.rejects(async () => search(filter), /Invalid|Expected/, filter);
    }
    assert.deepEqual((await search('', { experimentIds: ['7', 'x'] })).ids, []);
  });

  it('takes hostile text as text', async () => {
    const hostile = ["' OR 1=1 --", '"; DROP TABLE traces; --', "x') OR ('1'='1", '%', '?1', '{"$":1}'];
    await add(...hostile.map((words, index) => aTrace(`h${index}`, { tags: { [words]: words } })), aTrace('plain'));
    for (const [index, words] of hostile.entries()) {
      const where = [{ column: { entity: 'tag' as const, key: words }, operator: '=' as const, value: words }];
      const query = { experimentIds: ['0'], where, orderBy: [], limit: 10, after: null };
      const found = await store.read(({ traces }) => traces.searchTraces(query));
      assert.deepEqual(found.ids, [`h${index}`]);
    }
    assert.equal(await store.read(({ traces }) => traces.countTraces({ experimentIds: ['0'], where: [] })), 7);
  });

  it('turns pages in any order, each trace once, while others arrive', async () => {
    const field = fc.record({
      startedAt: fc.integer({ min: 1, max: 4 }),
      duration: fc.option(fc.integer({ min: 1, max: 3 })),
      name: fc.option(fc.constantFrom('x', 'y', '')),
    });
    const orders = fc.constantFrom<string[][]>([], ['duration'], ['name DESC'], ['name', 'timestamp DESC']);
    const named: Readonly<Record<string, string>> = { duration: 'execution_time_ms' };
    await fc.assert(
      fc.asyncProperty(fc.array(field, { maxLength: 20 }), orders, async (fields, order) => {
        const own = openStore({ file: ':memory:' });
        const put = (id: string, { name, ...rest }: (typeof fields)[number]) =>
          own.write(({ traces }) =>
            traces.insertTrace(aTrace(id, { ...rest, tags: name === null ? {} : { 'mlflow.traceName': name } })),
          );
        for (const [index, each] of fields.entries()) await put(`t${index}`, each);
        const orderBy = order.map((item) => parseOrdering(named[item] ?? item, traceTarget));
        const page = (after: TracePosition | null, limit: number) =>
          own.read(({ traces }) => traces.searchTraces({ experimentIds: ['0'], where: [], orderBy, limit, after }));
        const whole = (await page(null, 1000)).ids;
        const turned: string[] = [];
        let after: TracePosition | null = null;
        do {
          const { ids, next }: { ids: readonly string[]; next: TracePosition | null } = await page(after, 3);
          turned.push(...ids.filter((id) => !id.startsWith('late')));
          after = next;
          await put(`late${turned.length}-${ids.length}`, { startedAt: 9, duration: 2, name: 'x' });
        } while (after !== null);
        await own.close();
        assert.deepEqual(turned, whole);
      }),
      { numRuns: 60 },
    );
  });

  it('deletes with all that hangs on a trace, the oldest first', async () => {
    const span = aSpan();
    await add(...[1, 2, 3].map((at) => aTrace(`t${at}`, { startedAt: at, tags: { k: 'v' } })));
    await store.write(async ({ traces }) => {
      await traces.putSpans('t1', [[span, factsOf(span)]]);
      await traces.putAssessment(feedback('t1'));
      await traces.linkToRun(['t1'], 'r');
      assert.deepEqual(await traces.deleteTraces({ experimentId: '0', until: 2, limit: 1 }), ['t1']);
      assert.deepEqual(await traces.deleteTraces({ experimentId: '1', ids: ['t2'] }), [], 'not from elsewhere');
      assert.deepEqual(await traces.deleteTraces({ experimentId: '0', until: 2 }), ['t2']);
      assert.equal(await traces.assessment('t1', 'a-t1'), null);
      await assert.rejects(traces.spans('t1'), /not found/);
    });
    assert.deepEqual((await search()).ids, ['t3']);
  });

  it('keeps assessments with any value', async () => {
    await add(aTrace('t'));
    const error = { code: 'E', message: 'm', stackTrace: 's' };
    const values = [null, true, 0.1, 'text', { a: [1, null] }, []];
    for (const [index, value] of values.entries()) {
      const said = feedback('t', { id: `a${index}`, value, error, metadata: { k: 'v' }, createdAt: index });
      await store.write(({ traces }) => traces.putAssessment(said));
      assert.deepEqual(await store.read(({ traces }) => traces.assessment('t', `a${index}`)), said);
    }
    await store.write(async ({ traces }) => {
      await traces.putAssessment(feedback('t', { id: 'a0', rationale: 'because' }));
      assert.equal(await traces.deleteAssessment('t', 'a1'), true);
      assert.equal(await traces.deleteAssessment('t', 'a1'), false);
    });
    const said = await store.read(({ traces }) => traces.assessments(['t', 'no']));
    assert.deepEqual(
      said.map(({ id }) => id),
      ['a2', 'a3', 'a4', 'a0', 'a5'],
    );
  });
});
