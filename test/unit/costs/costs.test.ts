/** Spending and estimates as a person sees them. */
import assert from 'node:assert/strict';
import { durationRange } from '../../../server/domain/costs/durationRange.ts';
import { rankSpenders } from '../../../server/domain/costs/rankSpenders.ts';
import type { StoredRun } from '../../../server/domain/runs/ports.ts';
import { createDomain, type Domain, furnish, person } from '../../harness/domain.ts';
import { storedLaunch, storedRun } from '../../harness/records.ts';

const hour = 3_600_000;
const minute = 60_000;

function launched(id: string, minutes: number, change: Partial<StoredRun> = {}): StoredRun {
  const times = { createdAt: hour, startedAt: hour, endedAt: hour + minutes * minute };
  return storedRun({ id, launched: true, launch: storedLaunch(), state: 'succeeded', ...times, ...change });
}

async function insert(domain: Domain, runs: readonly StoredRun[]): Promise<void> {
  await domain.store.write(async (stores) => {
    for (const run of runs) await stores.runs.insertRun(run);
  });
}

describe('spenders', () => {
  const row = (key: string, period: number, cost: number) => ({ key, name: key, period, cost, hours: cost, runs: 1 });

  it('come most expensive first, with a place for every period', () => {
    const { spenders, others } = rankSpenders([row('a', 0, 1), row('b', 1, 5), row('a', 2, 2)], 3);
    assert.deepEqual(
      spenders.map(({ key, periods }) => [key, periods.map(({ cost }) => cost)]),
      [
        ['b', [0, 5, 0]],
        ['a', [1, 0, 2]],
      ],
    );
    assert.equal(others, null);
  });

  it('beyond the limit are summed, not dropped', () => {
    const rows = Array.from({ length: 10 }, (_, index) => row(`k${index}`, index % 2, 10 - index));
    const { spenders, others } = rankSpenders(rows, 2, 7);
    assert.equal(spenders.length, 7);
    assert.deepEqual(others, [
      { cost: 2, hours: 2, runs: 1 },
      { cost: 4, hours: 4, runs: 2 },
    ]);
  });
});

describe('a range of durations', () => {
  it('goes from the tenth to the ninetieth percentile, interpolated as NumPy does', () => {
    assert.equal(durationRange([]), null);
    assert.deepEqual(durationRange([4]), { low: 4, median: 4, high: 4 });
    const values = Array.from({ length: 10 }, (_, index) => 10 - index);
    assert.deepEqual(durationRange(values), { low: 1.9, median: 5.5, high: 9.1 });
  });
});

describe('costs', () => {
  it('show a person their projects alone, and refuse others by name', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    await furnish(domain, 'wine');
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    await insert(domain, [launched('a', 60, { projectId: 'iris' }), launched('b', 60, { projectId: 'wine' })]);
    const ask = { edges: [0, 10 * hour], by: 'project' as const };
    const names = (spending: Awaited<ReturnType<typeof domain.costs.spending>>) =>
      spending.spenders.map(({ key }) => key);
    assert.deepEqual(names(await domain.costs.spending(ask, domain.admin)).sort(), ['iris', 'wine']);
    assert.deepEqual(names(await domain.costs.spending(ask, ada)), ['iris']);
    await assert.rejects(domain.costs.spending({ ...ask, projectIds: ['iris', 'wine'] }, ada), {
      reason: 'not-found',
      field: 'projectIds',
    });
    const narrowed = await person(domain, 'ada', { kind: 'project', projectId: 'iris', role: 'viewer' });
    assert.deepEqual(names(await domain.costs.spending(ask, narrowed)), ['iris']);
  });

  it('name tiers as the catalog does, and those that are gone by their id', async () => {
    await using domain = await createDomain({ tiers: [{ name: 'Small one' }] });
    await insert(domain, [launched('a', 60), launched('b', 30, { launch: storedLaunch({ tierId: 'former' }) })]);
    const { spenders, currency } = await domain.costs.spending({ edges: [0, 10 * hour], by: 'tier' }, domain.admin);
    assert.deepEqual(
      spenders.map(({ name, periods }) => [name, periods.map(({ cost }) => Number(cost.toFixed(6)))]),
      [
        ['Small one', [3.6]],
        ['former', [1.8]],
      ],
    );
    assert.equal(currency, 'EUR');
  });

  it('are estimated from runs of the same script on the tier that succeeded, by the price of today', async () => {
    await using domain = await createDomain({ tiers: [{ pricePerHour: 6 }, { id: 'large', name: 'Large' }] });
    const other = { launch: storedLaunch({ command: 'python other.py' }) };
    await insert(domain, [
      ...[10, 20, 30].map((minutes) => launched(`r${minutes}`, minutes)),
      launched('failed', 1, { state: 'failed' }),
      launched('elsewhere', 500, { launch: storedLaunch({ tierId: 'large' }) }),
      launched('another', 500, other),
    ]);
    const asked = { projectId: 'default', command: 'python3 ./train.py --rate 0.3', tierId: 'small' };
    const { runs, minutes, cost } = await domain.costs.estimate(asked, domain.admin);
    assert.deepEqual([runs, minutes], [3, { low: 12, median: 20, high: 28 }]);
    assert.deepEqual(cost && [cost.low, cost.median, cost.high].map((each) => each.toFixed(6)), [
      '1.200000',
      '2.000000',
      '2.800000',
    ]);
    const none = await domain.costs.estimate({ ...asked, command: 'python new.py' }, domain.admin);
    assert.deepEqual([none.runs, none.minutes, none.cost], [0, null, null]);
    await assert.rejects(domain.costs.estimate({ ...asked, tierId: 'none' }, domain.admin), { field: 'tierId' });
  });
});
