/** Budgets, approvals and quotas as people meet them: over the real store and the real scheduler. */
import assert from 'node:assert/strict';
import { forecastOf, periodStart } from '../../../server/domain/costs/budgetPeriods.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually, furnish, launchInput, person, runUntil } from '../../harness/domain.ts';
import { storedLaunch, storedRun } from '../../harness/records.ts';

const hour = 3_600_000;
const tiers = [{ pricePerHour: 6, concurrency: 10 }];
/** Nothing is known of how long it takes, so an hour is set aside for each: 6. */
const hard = { kind: 'project', subjectId: 'iris', period: 'month', enforcement: 'approve' } as const;

async function furnished(backend = new FakeBackend(), more: Parameters<typeof createDomain>[0] = {}) {
  const domain = await createDomain({ backend, tiers, ...more });
  await furnish(domain);
  return domain;
}

async function member(domain: Domain, id: string, role: 'contributor' | 'owner' = 'contributor') {
  const call = await person(domain, id);
  await domain.projects.setMember({ projectId: 'iris', userId: id, role }, domain.admin);
  return call;
}

const waiting = async (domain: Domain) =>
  (await domain.budgets.approvals(undefined, domain.admin)).map(({ runId }) => runId);

/** So much was spent in the project an hour ago. */
async function spend(domain: Domain, cost: number, personId = 'ada'): Promise<void> {
  const endedAt = domain.clock.now() - hour;
  const startedAt = endedAt - (cost / 3.6) * hour;
  const run = storedRun({ id: `past-${cost}-${personId}`, projectId: 'iris', launched: true, launch: storedLaunch() });
  const { experimentId } = await domain.projects.get({ projectId: 'iris' }, domain.admin);
  const times = { createdAt: startedAt, startedAt, endedAt, state: 'succeeded' as const };
  await domain.store.write(({ runs }) => runs.insertRun({ ...run, ...times, experimentId, createdById: personId }));
}

describe('periods of budgets', () => {
  it('begin with the month in UTC, or at the beginning of time', () => {
    assert.equal(periodStart('month', Date.UTC(2026, 2, 31, 23, 59)), Date.UTC(2026, 2, 1));
    assert.equal(periodStart('total', Date.UTC(2026, 2, 31)), 0);
  });

  it('are foretold once a day of them has passed', () => {
    assert.equal(forecastOf(10, 'month', Date.UTC(2026, 3, 1, 12)), null);
    assert.equal(forecastOf(10, 'month', Date.UTC(2026, 3, 16)), 20);
    assert.equal(forecastOf(10, 'total', Date.UTC(2026, 3, 16)), null);
  });
});

describe('budgets', () => {
  it('let exactly one of two launches pass that would cross one together', async () => {
    await using domain = await furnished();
    const ada = await member(domain, 'ada');
    await domain.budgets.set({ ...hard, amount: 10 }, domain.admin);
    const launches = [1, 2, 3].map(() => domain.runs.launch(launchInput(), ada));
    const ids = (await Promise.all(launches)).map(({ id }) => id);
    const held = await waiting(domain);
    assert.equal(held.length, 2);
    await domain.scheduler.start();
    const passed = ids.find((id) => !held.includes(id)) ?? '';
    await runUntil(domain, passed, ({ state }) => state === 'running');
    const { state, queue } = await runUntil(domain, held[0] ?? '', (run) => run.queue !== null);
    assert.equal(state, 'queued');
    assert.match(
      queue?.reason ?? '',
      /waits for approval\. .* 6\.00 EUR; of the 10\.00 EUR that the project iris may spend this month/,
    );
  });

  it('are crossed by no launch that costs nothing, and only warn where they are to warn', async () => {
    await using domain = await furnished(undefined, { tiers: [{ pricePerHour: 0 }, { id: 'big', pricePerHour: 6 }] });
    await domain.budgets.set({ ...hard, amount: 1 }, domain.admin);
    await domain.runs.launch(launchInput(), domain.admin);
    assert.deepEqual(await waiting(domain), []);
    await domain.budgets.set({ ...hard, amount: 1, enforcement: 'warn' }, domain.admin);
    await domain.runs.launch(launchInput({ tierId: 'big' }), domain.admin);
    assert.deepEqual(await waiting(domain), []);
    const asked = { projectId: 'iris', command: 'python train.py', tierId: 'big' };
    const { budgets } = await domain.costs.estimate(asked, domain.admin);
    assert.deepEqual(
      budgets.map(({ name, over, enforcement, left }) => ({ name, over, enforcement, left })),
      [{ name: 'iris', over: true, enforcement: 'warn', left: -5 }],
    );
  });

  it('let a run start that an owner approves, and end one that is denied, with the reason', async () => {
    await using domain = await furnished();
    const [ada, olga] = [await member(domain, 'ada'), await member(domain, 'olga', 'owner')];
    await domain.budgets.set({ ...hard, amount: 1 }, domain.admin);
    const [first, second] = [
      await domain.runs.launch(launchInput(), ada),
      await domain.runs.launch(launchInput(), ada),
    ];
    await domain.scheduler.start();
    assert.deepEqual(
      (await domain.budgets.approvals(undefined, ada)).map(({ mayDecide }) => mayDecide),
      [false, false],
    );
    await assert.rejects(
      domain.access.authorize(ada.caller, { kind: 'project', role: 'owner', of: 'runId' }, { runId: first.id }),
      { reason: 'role-missing' },
    );
    assert.ok((await domain.budgets.approvals(undefined, olga)).every(({ mayDecide }) => mayDecide));
    await domain.budgets.decide({ runId: first.id, verdict: 'approve', note: '' }, olga);
    await runUntil(domain, first.id, ({ state }) => state === 'running');
    await domain.budgets.decide({ runId: second.id, verdict: 'deny', note: 'Wait for May' }, olga);
    const denied = await runUntil(domain, second.id, ({ endedAt }) => endedAt !== null);
    assert.deepEqual([denied.state, denied.reason], ['failed', 'approval-denied']);
    assert.equal(denied.detail, 'OLGA denied it: Wait for May');
    const again = { runId: second.id, verdict: 'approve', note: '' } as const;
    await assert.rejects(domain.budgets.decide(again, olga), { reason: 'wrong-state' });
  });

  it('let what waits go on once it crosses nothing any more', async () => {
    await using domain = await furnished();
    await domain.budgets.set({ ...hard, amount: 1 }, domain.admin);
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    await domain.scheduler.start();
    await domain.budgets.set({ ...hard, amount: 2 }, domain.admin);
    assert.deepEqual(await waiting(domain), [id]);
    await domain.budgets.set({ ...hard, amount: 6 }, domain.admin);
    await runUntil(domain, id, ({ state }) => state === 'running');
  });

  it('of a person and of a group count what their runs spend anywhere', async () => {
    await using domain = await furnished();
    const ada = await member(domain, 'ada');
    await member(domain, 'bob');
    await spend(domain, 18, 'ada');
    await spend(domain, 9, 'bob');
    await domain.groups.set({ groupId: 'lab', name: 'The lab', userIds: ['ada', 'bob'] }, domain.admin);
    const total = { period: 'total', enforcement: 'approve' } as const;
    await domain.budgets.set({ ...total, kind: 'person', subjectId: 'ada', amount: 100 }, domain.admin);
    const lab = await domain.budgets.set({ ...total, kind: 'group', subjectId: 'lab', amount: 30 }, domain.admin);
    assert.deepEqual([lab.name, lab.spent, lab.reserved], ['The lab', 27, 0]);
    await domain.runs.launch(launchInput(), ada);
    assert.equal((await waiting(domain)).length, 1);
    const { budgets } = await domain.budgets.list({}, ada);
    assert.deepEqual(
      budgets.map(({ kind, spent }) => [kind, spent]),
      [
        ['person', 18],
        ['group', 27],
      ],
    );
    const outsider = await person(domain, 'eve');
    assert.deepEqual((await domain.budgets.list({}, outsider)).budgets, []);
  });

  it('tell of each threshold once in a period', async () => {
    await using domain = await furnished();
    const told = async () =>
      (await domain.events.list({ limit: 100 }, domain.admin))
        .filter(({ type }) => type === 'budget.reached')
        .map(({ detail }) => detail.percent);
    await domain.budgets.set({ ...hard, period: 'total', amount: 100, enforcement: 'warn' }, domain.admin);
    await spend(domain, 55);
    await domain.budgetWatch.look();
    await domain.budgetWatch.look();
    assert.deepEqual(await told(), [50]);
    await spend(domain, 60);
    await domain.budgetWatch.look();
    assert.deepEqual(await told(), [100, 50]);
  });

  it('name what is not there', async () => {
    await using domain = await furnished();
    const nobody = { kind: 'person', subjectId: 'nobody', period: 'month', amount: 1, enforcement: 'warn' } as const;
    await assert.rejects(domain.budgets.set(nobody, domain.admin), { reason: 'not-found', field: 'subjectId' });
    await assert.rejects(domain.budgets.delete({ budgetId: 'none' }, domain.admin), { field: 'budgetId' });
  });
});

describe('quotas', () => {
  it('bound how many runs of a person go at a time, and say so', async () => {
    const backend = new FakeBackend();
    await using domain = await furnished(backend);
    const [ada, bob] = [await member(domain, 'ada'), await member(domain, 'bob')];
    const quota = { kind: 'person', subjectId: 'ada', concurrentRuns: 1, gpuHours: null } as const;
    await domain.quotas.set(quota, domain.admin);
    const [one, two] = [await domain.runs.launch(launchInput(), ada), await domain.runs.launch(launchInput(), ada)];
    const other = await domain.runs.launch(launchInput(), bob);
    await domain.scheduler.start();
    await runUntil(domain, one.id, ({ state }) => state === 'running');
    await runUntil(domain, other.id, ({ state }) => state === 'running');
    const held = await runUntil(domain, two.id, ({ queue }) => queue !== null);
    assert.equal(held.queue?.reason, 'The quota of the person ada allows one run at a time.');
    backend.finish(one.id);
    await runUntil(domain, two.id, ({ state }) => state === 'running');
    assert.deepEqual(await domain.quotas.set({ ...quota, concurrentRuns: null }, domain.admin), []);
  });

  it('of GPU hours hold what uses a GPU, and nothing else', async () => {
    const gpu = { id: 'gpu', name: 'GPU', gpus: 2, concurrency: 9 };
    const backend = new FakeBackend();
    await using domain = await furnished(backend, { tiers: [{ concurrency: 9 }, gpu] });
    await domain.scheduler.start();
    const first = await domain.runs.launch(launchInput({ tierId: 'gpu' }), domain.admin);
    await runUntil(domain, first.id, ({ state }) => state === 'running');
    domain.clock.offset = 3 * hour;
    await domain.quotas.set({ kind: 'project', subjectId: 'iris', concurrentRuns: null, gpuHours: 5 }, domain.admin);
    const more = await domain.runs.launch(launchInput({ tierId: 'gpu' }), domain.admin);
    const plain = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, plain.id, ({ state }) => state === 'running');
    await eventually(async () => (await domain.runs.get({ runId: more.id }, domain.admin)).queue !== null, 'it waits');
    const { queue } = await domain.runs.get({ runId: more.id }, domain.admin);
    assert.equal(queue?.reason, 'The quota of the project iris of 5 GPU hours this month is used up (6.0).');
  });
});
