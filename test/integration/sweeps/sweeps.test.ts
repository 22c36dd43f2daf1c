/** Sweeps from end to end: a real server, real jobs that log over the MLflow wire. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CodeRef } from '../../../protocol/model/run.ts';
import { type OpenClient, openClient } from '../../harness/client.ts';
import { dataFolder, spawnServer, startServer, type TestServer } from '../../harness/server.ts';
import { hasEnded, manyPlaces, sweepCode, sweepInput, sweepUntil } from './sweepServer.ts';

describe('a sweep', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let client: OpenClient;
  let of: { readonly projectId: string; readonly code: CodeRef };
  before(async () => {
    const folder = owned.use(await dataFolder());
    await manyPlaces(folder.path, 3600);
    server = owned.use(await startServer({ data: folder.path }));
    client = owned.use(await openClient(server));
    of = { projectId: 'sweeps', code: await sweepCode({ ...server, api: client.api }, 'sweeps') };
  });
  after(() => owned.disposeAsync());

  it('tries a grid whole, on all its tiers, each trial a run with its parameters', async () => {
    const { api } = client;
    const created = await api.sweeps.create(
      sweepInput({
        ...of,
        name: 'grid',
        tierIds: ['small', 'other'],
        sampler: { kind: 'grid' },
        budget: { trials: null, minutes: null, cost: null },
        space: [
          { kind: 'int', name: 'x', low: 1, high: 4, log: false, step: 1, when: null },
          { kind: 'choice', name: 'kind', values: ['a', 'b'], when: null },
        ],
      }),
    );
    assert.deepEqual([created.state, created.size], ['running', 8]);
    const done = await sweepUntil(api, created.id, hasEnded);
    assert.deepEqual([done.reason, done.counts.complete], ['space-done', 8], JSON.stringify(done.trials));
    assert.deepEqual(done.trials[done.best?.number ?? -1]?.values, { x: 3, kind: 'a' });
    const run = await api.runs.get({ runId: done.best?.runId ?? '' });
    assert.deepEqual([run.parameters, run.name], [{ x: '3', kind: 'a' }, `grid ${done.best?.number}`]);
    assert.equal(run.tags['flywheel.sweep'], created.id);
    assert.deepEqual([...new Set(done.trials.map(({ tierId }) => tierId))].sort(), ['other', 'small']);
    assert.ok(done.cost > 0);
    const again = await api.sweeps.launchBest({ sweepId: created.id });
    assert.deepEqual(again.parameters, run.parameters);
    assert.equal((await api.sweeps.get({ sweepId: created.id })).trials.length, 8, 'a repetition is no trial');
    const listed = await api.sweeps.list({ projectId: of.projectId });
    assert.deepEqual(
      listed.map(({ id }) => id),
      [created.id],
    );
  });

  it('ends when trial after trial fails, and says which to look at', async () => {
    const { api } = client;
    const asked = sweepInput({ ...of, command: 'python3 job.py --fail', parallel: 2, failuresInARow: 3 });
    const { id } = await api.sweeps.create({ ...asked, budget: { trials: 50, minutes: null, cost: null } });
    const done = await sweepUntil(api, id, hasEnded);
    assert.equal(done.reason, 'failing');
    assert.match(done.detail ?? '', /All trials so far failed, 3 in a row/);
    assert.ok(done.trials.length < 8, `${done.trials.length} trials were begun`);
    assert.equal(done.best, null);
    await assert.rejects(api.sweeps.launchBest({ sweepId: id }), /no trial with a value/);
  });

  it('counts a trial without a value of the metric as failed', async () => {
    const { api } = client;
    const asked = sweepInput({
      ...of,
      command: 'python3 job.py --silent',
      budget: { trials: 1, minutes: null, cost: null },
    });
    const done = await sweepUntil(api, (await api.sweeps.create(asked)).id, hasEnded);
    assert.equal(done.counts.failed, 1);
    assert.match(done.trials[0]?.detail ?? '', /without a finite value of the metric loss/);
    assert.match(done.detail ?? '', /No trial ended with a value/);
  });

  it('stops at its budget of money, and goes on when that is extended', async () => {
    const { api } = client;
    // A trial of a second costs one.
    const asked = sweepInput({ ...of, command: 'python3 job.py --steps 40 --pause 0.1', parallel: 2 });
    const { id } = await api.sweeps.create({ ...asked, budget: { trials: 3, minutes: null, cost: 1.5 } });
    const spent = await sweepUntil(api, id, hasEnded);
    assert.equal(spent.reason, 'money-spent');
    assert.ok(spent.cost >= 1.5 && spent.counts.stopped > 0, JSON.stringify(spent.counts));
    const stopped = spent.trials.find(({ outcome }) => outcome === 'stopped');
    assert.equal(stopped?.reason, 'sweep-ended');
    await assert.rejects(api.sweeps.resume({ sweepId: id }), /used up its budget/);
    const extended = await api.sweeps.update({ sweepId: id, budget: { cost: 1000 } });
    assert.deepEqual([extended.state, extended.definition?.budget.trials], ['running', 3]);
    const done = await sweepUntil(api, id, hasEnded);
    assert.deepEqual([done.reason, done.trials.length], ['trials-done', 3]);
  });

  it('is paused, resumed and stopped', async () => {
    const { api } = client;
    const asked = sweepInput({ ...of, command: 'python3 job.py --steps 100 --pause 0.1', parallel: 1 });
    const { id } = await api.sweeps.create({ ...asked, budget: { trials: 9, minutes: 60, cost: null } });
    await sweepUntil(api, id, ({ counts }) => counts.running === 1);
    assert.equal((await api.sweeps.pause({ sweepId: id })).state, 'paused');
    const { minutes } = await api.sweeps.get({ sweepId: id });
    await api.sweeps.update({ sweepId: id, parallel: 2 });
    assert.equal((await api.sweeps.get({ sweepId: id })).minutes, minutes, 'a pause costs no time');
    assert.equal((await api.sweeps.get({ sweepId: id })).trials.length, 1);
    await api.sweeps.resume({ sweepId: id });
    await sweepUntil(api, id, ({ trials }) => trials.length === 2);
    await api.sweeps.stop({ sweepId: id });
    const done = await sweepUntil(api, id, hasEnded);
    assert.deepEqual([done.reason, done.counts.stopped], ['stopped-by-user', 2]);
    await assert.rejects(api.sweeps.pause({ sweepId: id }), /is ended and cannot be paused/);
  });

  it('stops early what is worse than the median, and shows it as pruned', async () => {
    const { api } = client;
    const asked = sweepInput({
      ...of,
      command: 'python3 job.py --steps 60 --pause 0.05',
      sampler: { kind: 'grid' },
      space: [{ kind: 'choice', name: 'x', values: [3, 3.1, 9], when: null }],
      pruner: { kind: 'median', startup: 2, warmup: 2, interval: 1 },
      parallel: 2,
    });
    const { id } = await api.sweeps.create(asked);
    const done = await sweepUntil(api, id, hasEnded);
    const [, , last] = done.trials;
    assert.deepEqual([last?.outcome, last?.state, last?.reason], ['pruned', 'stopped', 'pruned'], JSON.stringify(last));
    assert.match(last?.detail ?? '', /Its best value up to step \d+ was 3\d\S*, and the median/);
    assert.ok((last?.step ?? 99) < 59, 'it was stopped before its end');
    assert.equal(done.reason, 'space-done');
  });

  it('acts for the person who began it, and no longer than that person may', async () => {
    const { api } = client;
    const { projectId } = of;
    await api.session.createUser({ id: 'ada', name: 'Ada' });
    await api.projects.setMember({ projectId, userId: 'ada', role: 'contributor' });
    const { secret } = await api.session.createToken({ name: 'ada', userId: 'ada' });
    await using hers = await openClient({ url: server.url, token: secret });
    const asked = sweepInput({ ...of, command: 'python3 job.py --pause 0.3', parallel: 1 });
    const { id } = await hers.api.sweeps.create(asked);
    const begun = await sweepUntil(api, id, ({ trials }) => trials.some(({ runId }) => runId !== null));
    assert.equal((await api.runs.get({ runId: begun.trials[0]?.runId ?? '' })).createdBy.id, 'ada');
    await api.projects.setMember({ projectId, userId: 'ada', role: null });
    const done = await sweepUntil(api, id, hasEnded);
    assert.equal(done.reason, 'refused');
    assert.match(done.detail ?? '', /The next trial could not be launched/);
    await assert.rejects(hers.api.sweeps.get({ sweepId: id }), /There is no sweep/);
  });

  it('refuses what cannot work, by field', async () => {
    const { api } = client;
    const float = { kind: 'float', name: 'x', low: 0, high: 1, log: false, step: null, when: null } as const;
    const wrong = [
      [{ space: [{ ...float, low: 2 }] }, 'space.0.high', /ends before it begins/],
      [{ space: [float, float] }, 'space.1.name', /is there twice/],
      [{ space: [float], sampler: { kind: 'grid' } }, 'space.0', /cannot try every value of x/],
      [{ budget: { trials: null, minutes: null, cost: null } }, 'budget', /has no budget/],
      [{ parameters: { x: '1' } }, 'space.0.name', /a fixed value already/],
      [{ tierIds: ['huge'] }, 'tierId', /no hardware tier huge/],
    ] as const;
    for (const [change, field, message] of wrong) {
      await assert.rejects(api.sweeps.create(sweepInput({ ...of, ...change })), (error: unknown) => {
        const { data, message: text } = error as {
          readonly data?: { readonly field?: string };
          readonly message: string;
        };
        assert.equal(data?.field, field);
        assert.match(text, message);
        return true;
      });
    }
  });
});

describe('a sweep whose server is killed', function () {
  this.timeout(240_000);

  it('begins no trial twice and loses none', async () => {
    await using folder = await dataFolder();
    await manyPlaces(folder.path);
    const mark = join(folder.path, 'marks.txt');
    const trials = 20;
    let id = '';
    let port = 0;
    for (let life = 0; life < 4; life += 1) {
      await using server = await spawnServer({ data: folder.path, port, flags: { log: 'silent' } });
      port = Number(new URL(server.url).port);
      await using client = await openClient(server);
      const { api } = client;
      if (id === '') {
        const code = await sweepCode({ ...server, api }, 'killed');
        const budget = { trials, minutes: null, cost: null };
        const command = `python3 job.py --mark ${mark} --pause 0.1`;
        id = (await api.sweeps.create(sweepInput({ projectId: 'killed', code, command, budget }))).id;
      }
      const { trials: begun } = await api.sweeps.get({ sweepId: id });
      await sweepUntil(api, id, (sweep) => sweep.trials.length > begun.length || hasEnded(sweep));
      // Somewhere between adding a trial, launching it and knowing its run.
      await delay(life * 10);
      await server.kill();
    }
    await using server = await spawnServer({ data: folder.path, port, flags: { log: 'silent' } });
    await using client = await openClient(server);
    const done = await sweepUntil(client.api, id, hasEnded);
    assert.deepEqual([done.reason, done.counts.complete], ['trials-done', trials], JSON.stringify(done.counts));
    assert.deepEqual(
      done.trials.map(({ number }) => number),
      Array.from({ length: trials }, (_, number) => number),
    );
    const started = (await readFile(mark, 'utf8')).trim().split('\n').sort();
    assert.deepEqual(started, done.trials.map(({ runId }) => runId).sort(), 'each trial is one run that started once');
    const { items } = await client.api.runs.list({ projectId: 'killed', limit: 500 });
    assert.equal(items.length, trials, 'there is no run without its trial');
  });
});
