/** What runs cost, against a sum by hand and against a second, slower way to count it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { SpendingQuery } from '../../../server/domain/costs/ports.ts';
import type { StoredRun } from '../../../server/domain/runs/ports.ts';
import { storedLaunch, storedRun } from '../../harness/records.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

const hour = 3_600_000;
/** `storedLaunch` costs 3.6 an hour: a thousandth a second. */
const perHour = 3.6;

type Timed = { readonly id: string; readonly from: number | null; readonly to: number | null } & Partial<StoredRun>;

function launched({ id, from, to, ...rest }: Timed): StoredRun {
  const state = to === null ? 'running' : 'succeeded';
  return storedRun({ id, launched: true, launch: storedLaunch(), startedAt: from, endedAt: to, state, ...rest });
}

describe('spending', () => {
  const owned = new AsyncDisposableStack();
  let store: SqliteStore;
  beforeEach(async () => {
    const folder = owned.use(await temporaryFolder());
    store = openStore({ file: join(folder.path, 'flywheel.db') });
    owned.defer(() => store.close());
  });
  after(() => owned.disposeAsync());

  async function spent(runs: readonly StoredRun[], query: Partial<SpendingQuery>) {
    await store.write(async (stores) => {
      for (const run of runs) await stores.runs.insertRun(run);
    });
    const rows = await store.scans.spending({
      edges: [0, 10 * hour],
      by: 'run',
      projectIds: null,
      now: 10 * hour,
      ...query,
    });
    return rows.map(({ key, period, cost, hours, runs }) => ({ key, period, cost, hours, runs })).sort(byKey);
  }
  const byKey = (a: { key: string; period: number }, b: { key: string; period: number }) =>
    a.key.localeCompare(b.key) || a.period - b.period;

  it('splits a run over the periods that it ran in', async () => {
    const run = launched({ id: 'a', from: 1.5 * hour, to: 3.25 * hour });
    const found = await spent([run], { edges: [hour, 2 * hour, 3 * hour, 4 * hour] });
    assert.deepEqual(found, [
      { key: 'a', period: 0, cost: 0.5 * perHour, hours: 0.5, runs: 1 },
      { key: 'a', period: 1, cost: perHour, hours: 1, runs: 0 },
      { key: 'a', period: 2, cost: 0.25 * perHour, hours: 0.25, runs: 0 },
    ]);
  });

  it('counts what has not ended until now, what was deleted, and nothing that never ran', async () => {
    const runs = [
      launched({ id: 'goes-on', from: 8 * hour, to: null }),
      launched({ id: 'gone', from: hour, to: 2 * hour, deletedAt: 3 * hour }),
      launched({ id: 'queued', from: null, to: null, state: 'queued' }),
      launched({ id: 'stopped-before', from: null, to: hour, state: 'stopped' }),
      launched({ id: 'later', from: 11 * hour, to: 12 * hour }),
      launched({ id: 'earlier', from: -2 * hour, to: 0 }),
      launched({ id: 'ahead of the clock', from: 9.5 * hour, to: null }),
      storedRun({ id: 'from a laptop', startedAt: hour, endedAt: 2 * hour }),
    ];
    assert.deepEqual(
      (await spent(runs, { now: 9 * hour })).map(({ key, hours }) => [key, hours]),
      [
        ['goes-on', 1],
        ['gone', 1],
      ],
    );
  });

  it('counts a run that began before the first period once, in that', async () => {
    const run = launched({ id: 'long', from: -hour, to: 2 * hour });
    const found = await spent([run], { edges: [0, hour, 2 * hour] });
    assert.deepEqual(
      found.map(({ runs }) => runs),
      [1, 0],
    );
  });

  it('sums by project, person, tier, experiment and command, of chosen projects', async () => {
    await store.write(async ({ projects }) => {
      const kept = await projects.project('default');
      assert.ok(kept);
      await projects.insertProject({ ...kept, id: 'other', name: 'Other' });
    });
    const at = { from: 0, to: hour };
    const runs = [
      launched({ id: 'a', ...at }),
      launched({ id: 'b', ...at, createdById: 'bo', createdByName: 'Bo' }),
      launched({ id: 'c', ...at, projectId: 'other', launch: storedLaunch({ command: 'make', tierId: 'large' }) }),
    ];
    await spent(runs, {});
    const by = async (dimension: SpendingQuery['by'], projectIds: SpendingQuery['projectIds'] = null) =>
      (await spent([], { by: dimension, projectIds })).map(({ key, hours }) => [key, hours]);
    assert.deepEqual(await by('project'), [
      ['default', 2],
      ['other', 1],
    ]);
    assert.deepEqual(await by('person'), [
      ['ada', 2],
      ['bo', 1],
    ]);
    assert.deepEqual(await by('tier'), [
      ['large', 1],
      ['small', 2],
    ]);
    assert.deepEqual(await by('experiment'), [['0', 3]]);
    assert.deepEqual(await by('command'), [
      ['make', 1],
      ['python train.py', 2],
    ]);
    assert.deepEqual(await by('run', ['other']), [['c', 1]]);
    assert.deepEqual(await by('run', []), []);
  });

  it('agrees with a count second by second', async () => {
    const time = fc.integer({ min: 0, max: 40 });
    const timed = fc.record({ from: fc.option(time), took: fc.option(fc.integer({ min: 0, max: 30 })) });
    const edges = fc.uniqueArray(time, { minLength: 2, maxLength: 6 }).map((all) => all.toSorted((a, b) => a - b));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(timed, { maxLength: 8 }), edges, time, async (all, seconds, now) => {
        round += 1;
        const runs = all.map(({ from, took }, index) => {
          const to = from === null || took === null ? null : (from + took) * 1000;
          return launched({ id: `r${round}-${index}`, from: from === null ? null : from * 1000, to });
        });
        const found = await spent(runs, { edges: seconds.map((each) => each * 1000), now: now * 1000 });
        const own = found.filter(({ key }) => key.startsWith(`r${round}-`));
        const total = own.reduce((sum, { hours }) => sum + hours * 3600, 0);
        let expected = 0;
        for (const { from, took } of all) {
          if (from === null) continue;
          const end = took === null ? now : from + took;
          for (let second = from; second < end; second += 1) {
            if (second >= (seconds[0] ?? 0) && second < (seconds.at(-1) ?? 0)) expected += 1;
          }
        }
        assert.ok(Math.abs(total - expected) < 1e-6, `${total} and not ${expected}`);
      }),
      { numRuns: 60 },
    );
  });
});
