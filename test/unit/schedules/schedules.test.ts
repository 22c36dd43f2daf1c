import assert from 'node:assert/strict';
import type { CreateScheduleInput } from '../../../protocol/model/schedule.ts';
import { createScheduleInput } from '../../../protocol/model/schedule.ts';
import { readCron } from '../../../server/domain/schedules/cron.ts';
import { dueTimes } from '../../../server/domain/schedules/dueTimes.ts';
import type { StoredSchedule } from '../../../server/domain/schedules/ports.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { commit, createDomain, furnish, person, runUntil } from '../../harness/domain.ts';
import { createScheduling } from '../../harness/scheduling.ts';

const minute = 60_000;
const at = (text: string) => Date.parse(text);
const times = (cron: string, timezone = 'UTC') => readCron({ cron, timezone }, at('2026-01-01T00:00:00Z'));
const iso = (list: readonly number[]) => list.map((each) => new Date(each).toISOString());

describe('cron', () => {
  for (const [cron, problem] of [
    ['0 0 30 2 *', /never fires/],
    ['0 0 31 4,6,9,11 *', /never fires/],
    ['* * * * * *', /no field for seconds/],
    ['@secondly', /no field for seconds/],
    ['61 * * * *', /no cron expression: Invalid value for minute/],
    ['every day', /no cron expression/],
  ] as const) {
    it(`refuses ${cron} with the field and a remedy`, async () => {
      await assert.rejects(times(cron), (error: { field?: string; remedy?: string; message: string }) => {
        assert.match(error.message, problem);
        assert.equal(error.field, 'cron');
        assert.ok(error.remedy);
        return true;
      });
    });
  }

  it('refuses a time zone that there is not', async () => {
    await assert.rejects(times('0 3 * * *', 'Mars/Olympus'), { field: 'timezone' });
  });

  it('runs once a day through both changes of the clock', async () => {
    const vienna = await times('30 2 * * *', 'Europe/Vienna');
    assert.deepEqual(
      iso(vienna.nextOnes(at('2026-03-28T00:00:00Z'), 3)),
      ['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
      'there is no half past two on 29 March: the moment after the gap',
    );
    assert.deepEqual(
      iso(vienna.nextOnes(at('2026-10-24T00:00:00Z'), 3)),
      ['2026-10-24T00:30:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
      'half past two comes twice on 25 October: the first one',
    );
  });

  it('finds the leap day years ahead', async () => {
    assert.deepEqual(iso([(await times('0 0 29 2 *')).next(at('2026-01-01T00:00:00Z')) ?? 0]), [
      '2028-02-29T00:00:00.000Z',
    ]);
  });
});

describe('due times', () => {
  const start = at('2026-05-04T10:00:00Z');
  const due = async (catchUp: StoredSchedule['catchUp'], cron: string, now: number) => {
    const { runs, missed } = dueTimes({ nextAt: start, catchUp } as StoredSchedule, await times(cron), now);
    return { runs: iso(runs), missed: missed?.count ?? null };
  };

  it('are none before the time', async () => {
    assert.deepEqual(await due('all', '0 * * * *', start - 1), { runs: [], missed: null });
  });

  it('are the time itself when it has come, whatever the policy', async () => {
    for (const policy of ['skip', 'one', 'all'] as const) {
      assert.deepEqual(await due(policy, '0 * * * *', start), { runs: ['2026-05-04T10:00:00.000Z'], missed: null });
    }
  });

  it('after an outage are none, the newest, or each, by the policy', async () => {
    const now = start + 150 * minute;
    assert.deepEqual(await due('skip', '0 * * * *', now), { runs: [], missed: 3 });
    assert.deepEqual(await due('one', '0 * * * *', now), { runs: ['2026-05-04T12:00:00.000Z'], missed: 2 });
    assert.equal((await due('all', '0 * * * *', now)).runs.length, 3);
  });

  it('are bounded after a long outage, and those beyond are counted no further than a thousand', async () => {
    const { runs, missed } = await due('all', '* * * * *', start + 30 * 24 * 60 * minute);
    assert.equal(runs.length, 20);
    assert.ok((missed ?? 0) >= 900 && (missed ?? 0) <= 1001);
  });
});

function nightly(change: Partial<CreateScheduleInput> = {}): CreateScheduleInput {
  const code = { commit, base: null, branch: 'main', dirty: false, folder: '' };
  const launch = { command: 'python train.py', environmentId: 'system', tierId: 'small', code };
  const work = { kind: 'launch', launch };
  return createScheduleInput.parse({ projectId: 'iris', name: 'Nightly', cron: '0 3 * * *', work, ...change });
}

async function scheduled(change: Partial<CreateScheduleInput> = {}) {
  const backend = new FakeBackend();
  const domain = await createDomain({ backend, tiers: [{ concurrency: 4 }], inMemory: true });
  await furnish(domain);
  await domain.scheduler.start();
  const scheduling = createScheduling(domain);
  const schedule = await scheduling.schedules.create(nightly(change), domain.admin);
  /** The clock is put to a time and what is due then is dealt with. */
  const goTo = async (time: number) => {
    domain.clock.offset += time - domain.clock.now();
    await scheduling.runner.tick();
  };
  const runs = async () => (await domain.runs.list({ projectId: 'iris', limit: 50 }, domain.admin)).items;
  const history = () => scheduling.schedules.history({ scheduleId: schedule.id }, domain.admin);
  return { domain, backend, schedule, goTo, runs, history, ...scheduling };
}

describe('schedules', () => {
  it('say in words and times when they run', async () => {
    const { domain, schedule, schedules } = await scheduled({ timezone: 'Europe/Vienna', cron: '30 3 * * 1-5' });
    await using _owned = domain;
    assert.equal(schedule.words, 'At 03:30, Monday through Friday, Europe/Vienna time');
    assert.equal(schedule.next.length, 5);
    const preview = await schedules.preview({ cron: '@daily', timezone: 'UTC' }, domain.admin);
    assert.equal(preview.words, 'At 00:00, UTC');
  });

  it('launch at their time, as their person, once, with what came of it in the history', async () => {
    const { domain, schedule, goTo, runs, history } = await scheduled();
    await using _owned = domain;
    const [due = 0] = schedule.next;
    await goTo(due - minute);
    assert.deepEqual(await runs(), []);
    await goTo(due);
    await goTo(due + 1);
    const [run, ...others] = await runs();
    assert.equal(others.length, 0);
    assert.equal(run?.createdBy.id, 'admin');
    const shown = await domain.runs.get({ runId: run?.id ?? '' }, domain.admin);
    assert.equal(shown.tags['flywheel.schedule'], schedule.id);
    const [firing] = await history();
    assert.deepEqual([firing?.due, firing?.outcome, firing?.runId], [due, 'launched', run?.id]);
  });

  it('find the run that a server had launched before it was cut off', async () => {
    const { domain, schedule, goTo, runs } = await scheduled();
    await using _owned = domain;
    const [due = 0] = schedule.next;
    await goTo(due);
    // As if the end of it had not been kept.
    const begun = { due, at: due, count: 1, outcome: 'refused', runId: null } as const;
    const detail = 'The server stopped before this was done.';
    await domain.store.write(async ({ schedules }) => {
      await schedules.insertFiring({ ...begun, detail, scheduleId: schedule.id });
      await schedules.updateSchedule(schedule.id, { nextAt: due });
    });
    await goTo(due + 1000);
    assert.equal((await runs()).length, 1);
  });

  for (const [overlap, expected] of [
    ['skip', ['running']],
    ['allow', ['running', 'running']],
    ['queue', ['queued', 'running']],
    ['cancel-older', ['queued', 'running']],
  ] as const) {
    it(`${overlap}: what happens while the run before has not ended`, async () => {
      const { domain, backend, schedule, goTo, runs, history } = await scheduled({ overlap });
      await using _owned = domain;
      const [first = 0, second = 0] = schedule.next;
      await goTo(first);
      const before = (await runs())[0]?.id ?? '';
      await runUntil(domain, before, ({ state }) => state === 'running');
      await goTo(second);
      const newest = (await runs())[0]?.id ?? '';
      if (overlap === 'allow') await runUntil(domain, newest, ({ state }) => state === 'running');
      if (overlap === 'cancel-older') assert.deepEqual(backend.stops, [before]);
      assert.deepEqual(
        (await runs()).map(({ state }) => state),
        expected,
      );
      assert.equal((await history())[0]?.outcome, overlap === 'skip' ? 'skipped' : 'launched');
      backend.finish(before);
      if (newest !== before) await runUntil(domain, newest, ({ state }) => state === 'running');
    });
  }

  it('catch up once for what was missed, and say how much that was', async () => {
    const { domain, schedule, goTo, runs, history } = await scheduled({ catchUp: 'one' });
    await using _owned = domain;
    const [, , third = 0] = schedule.next;
    await goTo(third + 60 * minute);
    assert.equal((await runs()).length, 1);
    const missed = (await history()).find(({ outcome }) => outcome === 'missed');
    assert.equal(missed?.count, 2);
  });

  it('pause when their person may not launch any more, and tell why', async () => {
    const { domain, schedules, goTo, runs } = await scheduled();
    await using _owned = domain;
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'contributor' }, domain.admin);
    const { id, next } = await schedules.create(nightly({ name: "Ada's", cron: '0 4 * * *' }), ada);
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    const before = (await runs()).length;
    await goTo(next[0] ?? 0);
    const paused = await schedules.get({ scheduleId: id }, domain.admin);
    assert.equal(paused.paused, true);
    assert.match(paused.pauseReason ?? '', /ADA, as whom it runs, may not launch/);
    assert.ok((await runs()).every(({ createdBy }) => createdBy.id !== 'ada'));
    assert.equal((await runs()).length, before + 1, 'the other one ran');
    const events = await domain.events.list({ limit: 20 }, domain.admin);
    assert.ok(events.some(({ type, subject }) => type === 'schedule.paused' && subject.scheduleId === id));
    const resumed = await schedules.update({ scheduleId: id, paused: false }, domain.admin);
    assert.deepEqual([resumed.owner.id, resumed.pauseReason, resumed.paused], ['admin', null, false]);
  });

  it('do not run while they are paused, and nothing is caught up for that time', async () => {
    const { domain, schedule, schedules, goTo, runs, history } = await scheduled({ catchUp: 'all' });
    await using _owned = domain;
    await schedules.update({ scheduleId: schedule.id, paused: true }, domain.admin);
    await goTo(schedule.next[2] ?? 0);
    await schedules.update({ scheduleId: schedule.id, paused: false }, domain.admin);
    await goTo(domain.clock.now());
    assert.deepEqual([await runs(), await history()], [[], []]);
  });

  it('refuse to be made for what could not be launched', async () => {
    const { domain, schedules } = await scheduled();
    await using _owned = domain;
    const work = nightly().work;
    if (work.kind !== 'launch') throw new Error('a launch');
    const gone = { kind: 'launch' as const, launch: { ...work.launch, tierId: 'gone' } };
    await assert.rejects(schedules.create(nightly({ work: gone }), domain.admin), { field: 'tierId' });
  });

  it('keep what was refused at their time in the history and go on', async () => {
    const { domain, schedule, goTo, history, schedules } = await scheduled();
    await using _owned = domain;
    domain.catalog.change([]);
    await goTo(schedule.next[0] ?? 0);
    const [firing] = await history();
    assert.equal(firing?.outcome, 'refused');
    assert.match(firing?.detail ?? '', /There is no hardware tier small/);
    assert.equal((await schedules.get({ scheduleId: schedule.id }, domain.admin)).paused, false);
  });

  it('run at once when asked to', async () => {
    const { domain, schedule, schedules, runs } = await scheduled();
    await using _owned = domain;
    const { runId } = await schedules.trigger({ scheduleId: schedule.id }, domain.admin);
    assert.equal((await runs())[0]?.id, runId);
  });
});
