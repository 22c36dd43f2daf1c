import assert from 'node:assert/strict';
import { canSeeEvent } from '../../../server/domain/events/eventVisibility.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually, furnish, launchInput, person, runUntil } from '../../harness/domain.ts';

const first = { projectId: 'iris', name: 'KEY', value: 'first-value' };
const chosen = (from: 'project' | 'own') => [{ name: 'KEY', from, as: 'variable' as const }];

async function contributor(domain: Domain, id = 'ada') {
  const call = await person(domain, id);
  await domain.projects.setMember({ projectId: 'iris', userId: id, role: 'contributor' }, domain.admin);
  return call;
}

describe('secrets of runs', () => {
  it('are those of the project or of whoever launches, beside what a job has anyway', async () => {
    const backend = new FakeBackend();
    await using domain = await createDomain({ backend });
    await furnish(domain);
    const ada = await contributor(domain);
    await domain.secrets.set(first, domain.admin);
    await domain.secrets.setOwn({ name: 'KEY', value: 'that-of-ada' }, ada);
    await domain.scheduler.start();
    await domain.runs.launch(launchInput({ secrets: chosen('project') }), ada);
    await domain.runs.launch(launchInput({ secrets: chosen('own') }), ada);
    await assert.rejects(domain.runs.launch(launchInput({ secrets: chosen('own') }), domain.admin), {
      reason: 'not-found',
      field: 'secrets',
    });
    await eventually(() => backend.submitted.length > 0, 'the first is submitted');
    const firstId = backend.submitted[0]?.runId ?? '';
    await runUntil(domain, firstId, ({ state }) => state === 'running');
    backend.finish(firstId);
    await eventually(() => backend.submitted.length === 2, 'the second is submitted');
    const given = backend.submitted.map(({ secrets }) => secrets.KEY);
    assert.deepEqual(given, ['first-value', 'that-of-ada']);
    assert.ok(backend.submitted.every(({ secrets }) => secrets.FLYWHEEL_TOKEN !== undefined));
  });

  it('mask the output by the value that the run was given, whatever has become of it', async () => {
    const backend = new FakeBackend();
    await using domain = await createDomain({ backend });
    await furnish(domain);
    await domain.secrets.set(first, domain.admin);
    await domain.scheduler.start();
    const { id } = await domain.runs.launch(launchInput({ secrets: chosen('project') }), domain.admin);
    await runUntil(domain, id, ({ state }) => state === 'running');
    await domain.secrets.set({ ...first, value: 'second-value' }, domain.admin);
    await domain.secrets.delete(first, domain.admin);
    backend.write(id, 'it is first-val');
    backend.write(id, 'ue.\n');
    backend.finish(id);
    await runUntil(domain, id, ({ state }) => state === 'succeeded');
    assert.equal(await domain.logs.lastText(id, 100), 'it is ***********.\n');
    const kept = await domain.store.read(({ secrets }) => secrets.ofRun(id));
    assert.deepEqual(kept, [{ ...chosen('project')[0], sealed: null }]);
  });

  it('end a run that waited while its secret was deleted', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    await domain.secrets.set(first, domain.admin);
    const { id } = await domain.runs.launch(launchInput({ secrets: chosen('project') }), domain.admin);
    await domain.secrets.delete(first, domain.admin);
    await domain.scheduler.start();
    const run = await runUntil(domain, id, ({ endedAt }) => endedAt !== null);
    assert.deepEqual([run.state, run.reason], ['failed', 'secret-unavailable']);
    assert.match(run.detail ?? '', /no longer has the secret KEY/);
  });

  it('of a person are that person’s affair, also in the event log, and no narrowed token reaches them', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const [ada, bob] = [await contributor(domain), await contributor(domain, 'bob')];
    await domain.secrets.setOwn({ name: 'MINE', value: 'that-of-ada' }, ada);
    assert.deepEqual(await domain.secrets.listOwn(undefined, bob), []);
    const events = await domain.events.list({ limit: 50 }, domain.admin);
    const set = events.find(({ type }) => type === 'secret.set');
    assert.ok(set);
    const seenBy = ({ caller }: typeof ada) => canSeeEvent({ caller, projects: ['iris'], projectId: undefined }, set);
    assert.deepEqual([seenBy(ada), seenBy(bob), seenBy(domain.admin)], [true, false, true]);
    const narrowed = await person(domain, 'ada', { kind: 'project', projectId: 'iris', role: 'contributor' });
    await assert.rejects(domain.secrets.listOwn(undefined, narrowed), { reason: 'scope-missing' });
    const input = launchInput({ secrets: [{ name: 'MINE', from: 'own', as: 'variable' }] });
    await assert.rejects(domain.runs.launch(input, narrowed), { reason: 'scope-missing' });
  });

  it('are given again to a run that is made again', async () => {
    const backend = new FakeBackend({ autoplay: true });
    await using domain = await createDomain({ backend });
    await furnish(domain);
    await domain.secrets.set(first, domain.admin);
    await domain.scheduler.start();
    const { id } = await domain.runs.launch(launchInput({ command: 'true', secrets: chosen('project') }), domain.admin);
    await runUntil(domain, id, ({ endedAt }) => endedAt !== null);
    await domain.runs.reproduce({ runId: id }, domain.admin);
    await eventually(() => backend.submitted.length === 2, 'it is submitted again');
    assert.equal(backend.submitted[1]?.secrets.KEY, 'first-value');
  });
});
