import assert from 'node:assert/strict';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import { changedValues } from '../../../server/domain/shared/changedValues.ts';
import { createDomain, furnish, launchInput, person } from '../../harness/domain.ts';
import { startTracking } from '../../harness/tracking.ts';

describe('the history of a run', () => {
  it('has every change of it, newest first, in pages, and nothing of other runs', async () => {
    await using domain = await createDomain({ inMemory: true });
    await furnish(domain);
    const { id: runId } = await domain.runs.launch(launchInput({ name: 'one', tags: { team: 'red' } }), domain.admin);
    await domain.runs.launch(launchInput(), domain.admin);
    await domain.runs.update({ runId, name: 'two', setTags: { team: 'blue' }, removeTags: ['none'] }, domain.admin);
    await domain.runs.update({ runId, name: 'two' }, domain.admin);
    await domain.runs.stop({ runId }, domain.admin);
    await domain.runs.delete({ runId }, domain.admin);
    const all = await domain.events.list({ runId, limit: 100 }, domain.admin);
    assert.deepEqual(
      all.map(({ type }) => type),
      ['run.deleted', 'run.state-changed', 'run.updated', 'run.created'],
    );
    assert.deepEqual(all[2]?.detail, {
      name: 'one',
      'from:name': 'one',
      'to:name': 'two',
      'from:tag team': 'red',
      'to:tag team': 'blue',
    });
    assert.equal(all[2]?.actor?.id, 'admin');
    const page = await domain.events.list({ runId, limit: 2, before: all[1]?.clock }, domain.admin);
    assert.deepEqual(page, all.slice(2));
  });

  it('is not there for those who may not see the run', async () => {
    await using domain = await createDomain({ inMemory: true });
    await furnish(domain);
    const { id: runId } = await domain.runs.launch(launchInput(), domain.admin);
    const ada = await person(domain, 'ada');
    await assert.rejects(domain.events.list({ runId, limit: 10 }, ada), { reason: 'not-found', field: 'runId' });
    await assert.rejects(domain.events.list({ runId: 'none', limit: 10 }, domain.admin), { reason: 'not-found' });
  });

  it('tells what clients log but metrics, once each, with what it was before', async () => {
    await using server = await startTracking();
    const { tracking, call, store } = server;
    const asked = { experimentId: '0', name: 'x', tags: {}, userName: '', startedAt: undefined };
    const { run } = await tracking.createRun(asked, call);
    const nothing = { runId: run.id, metrics: [], parameters: {}, tags: {} };
    await tracking.log({ ...nothing, metrics: [{ key: 'loss', value: 1, step: 0, timestamp: 0 }] }, call);
    await tracking.log({ ...nothing, parameters: { rate: '0.1' }, tags: { team: 'red' } }, call);
    await tracking.log({ ...nothing, parameters: { rate: '0.1' }, tags: { team: 'red' } }, call);
    await tracking.log({ ...nothing, tags: { team: 'blue' } }, call);
    await tracking.deleteTag(run.id, 'team', call);
    const events = await store.read((stores) => stores.events.list({ projectIds: null, runId: run.id, limit: 10 }));
    const logged = events.filter(({ type }) => type === 'run.logged').map(({ detail }) => detail);
    assert.deepEqual(logged.reverse() satisfies FlywheelEvent['detail'][], [
      { 'from:parameter rate': null, 'to:parameter rate': '0.1', 'from:tag team': null, 'to:tag team': 'red' },
      { 'from:tag team': 'red', 'to:tag team': 'blue' },
      { 'from:tag team': 'blue', 'to:tag team': null },
    ]);
  });

  it('stays small however much is written', () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`key ${at}`, 'x'.repeat(10_000)]));
    const detail = changedValues({}, many) ?? {};
    assert.equal(detail.more, 5);
    assert.equal(Object.keys(detail).length, 41);
    assert.equal(String(detail['to:key 0']).length, 200);
    assert.equal(changedValues({ a: null, b: 'c' }, { a: null, b: 'c', d: undefined }), null);
  });
});
