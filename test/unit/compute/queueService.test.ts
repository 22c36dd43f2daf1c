import assert from 'node:assert/strict';
import type { LaunchInput } from '../../../protocol/model/run.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, eventually, furnish, launchInput, person, runUntil } from '../../harness/domain.ts';
import { createScheduling } from '../../harness/scheduling.ts';

async function busy() {
  const backend = new FakeBackend();
  const domain = await createDomain({ backend, inMemory: true });
  await furnish(domain);
  await domain.scheduler.start();
  const { queue } = createScheduling(domain);
  const launch = async (name: string, change: Partial<LaunchInput> = {}) =>
    (await domain.runs.launch(launchInput({ name, ...change }), domain.admin)).id;
  const names = async (call = domain.admin) => (await queue.list({}, call)).queued.map(({ run }) => run.name);
  const settled = (expected: readonly string[]) =>
    eventually(async () => JSON.stringify(await names()) === JSON.stringify(expected), `the queue is ${expected}`);
  const running = await launch('running');
  await runUntil(domain, running, ({ state }) => state === 'running');
  return { domain, backend, queue, launch, names, settled, running };
}

describe('queue service', () => {
  it('shows what runs and what waits, with place, reason and expected start', async () => {
    const { domain, backend, queue, launch, running, settled } = await busy();
    await using _owned = domain;
    const first = await launch('first');
    await settled(['first']);
    assert.equal((await queue.list({}, domain.admin)).queued[0]?.expectedStart, null, 'nothing has succeeded yet');
    backend.finish(running);
    await runUntil(domain, first, ({ state }) => state === 'running');
    await launch('second');
    await launch('third');
    await settled(['second', 'third']);
    const { running: now, queued, tiers } = await queue.list({ projectId: 'iris' }, domain.admin);
    assert.equal(now[0]?.name, 'first');
    assert.equal(typeof now[0]?.expectedEnd, 'number');
    assert.ok((queued[1]?.expectedStart ?? 0) >= (queued[0]?.expectedStart ?? Number.POSITIVE_INFINITY));
    assert.deepEqual(tiers, [{ tierId: 'small', name: 'Small', places: 1, taken: 1, waiting: 2 }]);
  });

  it('moves a run before another, which it shares the priority with then, or to the end', async () => {
    const { domain, queue, launch, settled } = await busy();
    await using _owned = domain;
    const urgent = await launch('urgent', { priority: 5 });
    const plain = await launch('plain');
    await launch('last');
    await settled(['urgent', 'plain', 'last']);
    await queue.move({ runId: plain, before: urgent }, domain.admin);
    await settled(['plain', 'urgent', 'last']);
    assert.equal((await queue.list({}, domain.admin)).queued[0]?.priority, 5);
    await queue.move({ runId: urgent, before: null }, domain.admin);
    await settled(['plain', 'last', 'urgent']);
    const events = await domain.events.list({ limit: 5 }, domain.admin);
    assert.deepEqual([events[0]?.type, events[0]?.detail.change], ['queue.changed', 'moved']);
  });

  it('pauses and resumes, and a paused run lets others pass', async () => {
    const { domain, backend, queue, launch, settled, running } = await busy();
    await using _owned = domain;
    const first = await launch('first');
    const second = await launch('second');
    await queue.pause({ runId: first }, domain.admin);
    await settled(['second', 'first']);
    backend.finish(running);
    await runUntil(domain, second, ({ state }) => state === 'running');
    const [paused] = (await queue.list({}, domain.admin)).queued;
    assert.deepEqual([paused?.paused, paused?.queue?.hold], [true, 'paused']);
    await queue.resume({ runId: first }, domain.admin);
    backend.finish(second);
    await runUntil(domain, first, ({ state }) => state === 'running');
  });

  it('refuses to move what runs, and before what is elsewhere', async () => {
    const { domain, queue, launch, running } = await busy();
    await using _owned = domain;
    const waiting = await launch('waiting');
    await assert.rejects(queue.move({ runId: running, before: null }, domain.admin), { reason: 'wrong-state' });
    await assert.rejects(queue.move({ runId: waiting, before: running }, domain.admin), { field: 'before' });
  });

  it('shows nobody the runs of projects that they do not see, only how many wait there', async () => {
    const { domain, queue, launch, settled } = await busy();
    await using _owned = domain;
    await launch('waiting');
    await settled(['waiting']);
    const ada = await person(domain, 'ada');
    const seen = await queue.list({}, ada);
    assert.deepEqual([seen.running, seen.queued, seen.hidden], [[], [], 1]);
    await assert.rejects(queue.list({ projectId: 'iris' }, ada), { reason: 'not-found' });
  });
});
