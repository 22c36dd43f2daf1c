/** Points of a series over many calls in any order, against a plain list: exact, once each, in order, in few pieces. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { Connection } from '../../../server/adapters/sqlite/connection.ts';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import { valueAt, valueAtSql } from '../../../server/adapters/sqlite/points/valueAt.ts';
import { Session } from '../../../server/adapters/sqlite/session.ts';
import type { MetricPoint } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

type Batch =
  | { readonly kind: 'next' | 'before'; readonly count: number; readonly value: number }
  | { readonly kind: 'anywhere'; readonly steps: readonly number[]; readonly value: number };
type Call = Batch | { readonly kind: 'again' } | { readonly kind: 'seal' };

const value = fc.oneof(fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0), fc.integer({ min: -9, max: 9 }));
const count = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1500 }));
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ kind: fc.constantFrom('next' as const, 'before' as const), count, value }),
  fc.record({
    kind: fc.constant('anywhere' as const),
    steps: fc.array(fc.integer({ min: -1500, max: 4000 }), { minLength: 1, maxLength: 40 }),
    value,
  }),
  fc.record({ kind: fc.constant('again' as const) }),
  fc.record({ kind: fc.constant('seal' as const) }),
);

function compare(a: MetricPoint, b: MetricPoint): number {
  return a.step - b.step || a.timestamp - b.timestamp || rank(a.value, b.value);
}

function rank(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What was logged so far, and how the next call follows from it. */
class Oracle {
  points: readonly MetricPoint[] = [];
  #last: readonly MetricPoint[] = [];

  /** `again` is what a client sends when the answer did not reach it. */
  pointsOf(call: Batch | 'again'): readonly MetricPoint[] {
    const made = call === 'again' ? this.#last : this.#make(call);
    this.#last = made;
    this.points = [...this.points, ...made]
      .sort(compare)
      .filter((point, index, all) => index === 0 || compare(all[index - 1] ?? point, point) !== 0);
    return made;
  }

  #make(call: Batch): readonly MetricPoint[] {
    const at = (step: number, index: number) => ({ key: 'm', step, timestamp: index % 3, value: call.value });
    if (call.kind === 'anywhere') return call.steps.map(at);
    const { count } = call;
    const start = call.kind === 'next' ? (this.points.at(-1)?.step ?? 0) + 1 : (this.points[0]?.step ?? 0) - count;
    return Array.from({ length: count }, (_, index) => at(start + index, index));
  }
}

describe('points of a series', () => {
  let folder: TemporaryFolder;
  let store: SqliteStore;
  let reader: Connection;
  let runs = 0;
  before(async () => {
    folder = await temporaryFolder();
    store = openStore({ file: join(folder.path, 'flywheel.db') });
    reader = new Connection(join(folder.path, 'flywheel.db'), 'read');
  });
  after(async () => {
    reader.close();
    await store.close();
    await folder[Symbol.asyncDispose]();
  });

  const newRun = async () => {
    runs += 1;
    const id = `r${runs}`;
    await store.write((stores) => stores.runs.insertRun(storedRun({ id })));
    return id;
  };
  const log = (run: string, points: readonly MetricPoint[]) =>
    store.write(({ tracking }) => tracking.logMetrics(run, points));
  const page = (run: string, offset: number, limit: number) =>
    store.read(({ tracking }) => tracking.history(run, 'm', { offset, limit }));
  const row = (run: string) => {
    const text = 'SELECT series.* FROM series JOIN runs ON runs.number = series.run WHERE runs.id = ?';
    const found = reader.statement(text).get(run);
    assert.ok(found);
    return found as Record<string, number | null>;
  };

  it('are those that were logged, for any calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 14 }), async (calls) => {
        const run = await newRun();
        const oracle = new Oracle();
        for (const each of calls) {
          if (each.kind === 'seal') await store.sealIdleTails();
          else await log(run, oracle.pointsOf(each.kind === 'again' ? 'again' : each));
        }
        if (oracle.points.length === 0) return;
        assert.deepEqual(await page(run, 0, 1e6), oracle.points);
        const middle = Math.floor(oracle.points.length / 2);
        assert.deepEqual(await page(run, middle, 700), oracle.points.slice(middle, middle + 700));
        const after = oracle.points[middle];
        const rest = await store.read(({ tracking }) => tracking.history(run, 'm', { after, offset: 1, limit: 5 }));
        assert.deepEqual(rest, oracle.points.slice(middle + 2, middle + 7));
        assertSummary(row(run), oracle.points);
        assertLayout(row(run));
        assertValuesAt(row(run), oracle.points);
        await assertCurve(run, oracle.points);
      }),
      { numRuns: 60 },
    );
  }).timeout(180_000);

  function assertSummary(series: Record<string, number | null>, points: readonly MetricPoint[]): void {
    const [first, last] = [points[0], points.at(-1)];
    const finite = points.filter((point) => Number.isFinite(point.value));
    const low = finite.reduce<MetricPoint | null>((a, b) => (a && a.value <= b.value ? a : b), null);
    const high = finite.reduce<MetricPoint | null>((a, b) => (a && a.value >= b.value ? a : b), null);
    const stored = (number: number | undefined) => (number === undefined || Number.isNaN(number) ? null : number);
    assert.equal(series.points, points.length);
    const told = [series.value, series.step, series.first, series.first_step];
    assert.deepEqual(
      told.map(noMinus),
      [stored(last?.value), last?.step, stored(first?.value), first?.step].map(noMinus),
    );
    const extremes = [series.low, series.low_step, series.high, series.high_step];
    const expected = [low?.value, low?.step, high?.value, high?.step].map(stored);
    assert.deepEqual(extremes.map(noMinus), expected.map(noMinus));
  }

  /** Segments in order without overlap, all but loose ones full, and the tail after them. */
  function assertLayout(series: Record<string, number | null>): void {
    const segments = reader.statement('SELECT * FROM segments WHERE series = ? ORDER BY step, timestamp, nan, value');
    const tail = reader.statement('SELECT * FROM tail WHERE series = ? ORDER BY step, timestamp, nan, value');
    const id = series.id ?? -1;
    const [rows, rest] = [segments.all(id), tail.all(id)];
    const pointOf = (prefix: string, each: Record<string, unknown>) => ({
      key: 'm',
      step: Number(each[`${prefix}step`]),
      timestamp: Number(each[`${prefix}timestamp`]),
      value: each[`${prefix}nan`] === 1 ? Number.NaN : Number(each[prefix === '' ? 'value' : 'last_value']),
    });
    const edges = [
      ...rows.flatMap((each) => [pointOf('', each), pointOf('last_', each)]),
      ...rest.map((each) => pointOf('', each)),
    ];
    for (const [index, edge] of edges.slice(1).entries()) assert.ok(compare(edges[index] ?? edge, edge) <= 0);
    const sizes = rows.map((each) => Number(each.n));
    const loose = sizes.filter((n) => n < 1000).reduce((a, b) => a + b, 0) + rest.length;
    assert.deepEqual([series.tail, series.loose], [rest.length, loose]);
    assert.ok(loose < 1000, `${loose} loose points`);
    assert.ok(sizes.every((n) => n < 2000));
    const firstLoose = sizes.findIndex((n) => n < 1000);
    assert.ok(firstLoose === -1 || sizes.slice(firstLoose).every((n) => n < 1000));
  }

  function assertValuesAt(series: Record<string, number | null>, points: readonly MetricPoint[]): void {
    const session = new Session(reader, 'read');
    for (const step of [-2000, -1, 0, 1, 7, 999, 1000, 1001, points.at(-1)?.step ?? 0]) {
      const expected = points.findLast((point) => point.step === step)?.value ?? null;
      assert.equal(noMinus(valueAt(session, series.id ?? -1, step)), noMinus(expected), `at ${step}`);
      const joined = `SELECT ${valueAtSql('series.id', '?')} AS value FROM series WHERE id = ?`;
      const { value } = reader.statement(joined).get(step, series.id ?? -1) ?? {};
      assert.deepEqual(value ?? null, expected !== null && Number.isNaN(expected) ? 'NaN' : expected);
    }
  }

  async function assertCurve(run: string, points: readonly MetricPoint[]): Promise<void> {
    for (const maxPoints of [10, 100]) {
      const query = { runIds: [run], keys: ['m'], maxPoints, fromStep: -700, toStep: 2500 };
      const [curve] = await store.read(({ tracking }) => tracking.reducedHistory(query));
      const inRange = points.filter(({ step }) => step >= -700 && step <= 2500);
      assert.equal(curve?.total, inRange.length);
      assert.ok(curve && curve.steps.length <= maxPoints);
      const shown = curve.values.map(Number);
      const numbers = inRange.map((point) => point.value).filter((each) => !Number.isNaN(each));
      if (numbers.length > 0) {
        assert.equal(noMinus(Math.min(...shown.filter((each) => !Number.isNaN(each)))), noMinus(Math.min(...numbers)));
        assert.equal(noMinus(Math.max(...shown.filter((each) => !Number.isNaN(each)))), noMinus(Math.max(...numbers)));
      }
      const known = new Set(inRange.map((point) => `${point.step} ${point.timestamp} ${point.value + 0}`));
      const drawn = curve.steps.map((step, index) => `${step} ${curve.timestamps[index]} ${(shown[index] ?? 0) + 0}`);
      assert.ok(
        drawn.every((point) => known.has(point)),
        'none is made up',
      );
      assert.equal(new Set(drawn).size, drawn.length);
      assert.deepEqual(
        curve.steps,
        curve.steps.toSorted((a, b) => a - b),
      );
      if (inRange.length > 0)
        assert.deepEqual([curve.steps[0], curve.steps.at(-1)], [inRange[0]?.step, inRange.at(-1)?.step]);
    }
  }

  it('keep every peak of a million in two thousand', async () => {
    const run = await newRun();
    const peaks = new Map([
      [123_456, 50],
      [123_457, -50],
      [500_000, 70],
      [999_998, 60],
    ]);
    for (let at = 0; at < 1_000_000; at += 1000) {
      const points = Array.from({ length: 1000 }, (_, index) => {
        const step = at + index;
        return { key: 'm', step, timestamp: step, value: peaks.get(step) ?? Math.sin(step / 5000) };
      });
      await log(run, points);
    }
    const query = { runIds: [run], keys: ['m'], maxPoints: 2000 };
    const began = performance.now();
    const [curve] = await store.read(({ tracking }) => tracking.reducedHistory(query));
    const took = performance.now() - began;
    assert.ok(curve);
    assert.deepEqual([curve.total, curve.steps[0], curve.steps.at(-1)], [1_000_000, 0, 999_999]);
    assert.ok(curve.steps.length <= 2000 && curve.steps.length > 1500);
    for (const [step, value] of peaks) assert.equal(curve.values[curve.steps.indexOf(step)], value);
    assert.ok(took < 2000, `${took} ms`);
  }).timeout(120_000);

  it('of a tail that rests become a segment, and stay what they are', async () => {
    const run = await newRun();
    for (let step = 0; step < 40; step += 1) await log(run, [{ key: 'm', step, timestamp: step, value: step }]);
    const before = await page(run, 0, 100);
    assert.equal(row(run).tail, 40);
    await store.sealIdleTails();
    await log(run, [{ key: 'm', step: 40, timestamp: 40, value: 40 }]);
    await store.sealIdleTails();
    assert.equal(row(run).tail, 41, 'it grew since the last look');
    await store.sealIdleTails();
    assert.deepEqual([row(run).tail, row(run).loose, row(run).points], [0, 41, 41]);
    assert.deepEqual((await page(run, 0, 100)).slice(0, 40), before);
  });
});

/** SQLite and Math.min tell -0 from 0 in no way that matters here. */
function noMinus(number: number | null | undefined): number | null {
  return number === null || number === undefined ? null : number + 0;
}
