import assert from 'node:assert/strict';
import { isFinal } from '../../../protocol/model/run.ts';
import { type SchedulerStep, schedulerSteps } from '../../../server/domain/compute/schedulerDependencies.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually, furnish, launchInput, runUntil } from '../../harness/domain.ts';

/** A new one each time: nothing is kept alive by it. */
const never = () => new Promise<never>(() => undefined);

/** The server as it is when it dies at a step: nothing after it happens any more. */
async function diesAt(step: SchedulerStep, backend: FakeBackend) {
  const died = Promise.withResolvers<void>();
  const domain = await createDomain({
    backend,
    step: (name) => {
      if (name !== step) return undefined;
      died.resolve();
      return never();
    },
  });
  await furnish(domain);
  await domain.scheduler.start();
  return { domain, died: died.promise };
}

/** The job does its work whether a server is there or not. */
async function work(backend: FakeBackend, runId: string): Promise<void> {
  await eventually(async () => (await backend.find(runId)) !== null, 'the job is there');
  backend.write(runId, 'half ');
  backend.addFile(runId, 'outputs/a.txt', 'A');
  backend.write(runId, 'done\n');
}

async function finalEvents(domain: Domain, runId: string): Promise<number> {
  const events = await domain.events.list({ limit: 500 }, domain.admin);
  return events.filter(
    ({ type, subject, detail }) =>
      type === 'run.state-changed' && subject.runId === runId && isFinal(detail.to as 'failed'),
  ).length;
}

describe('scheduler after the server died', () => {
  const steps = schedulerSteps.filter((step) => step !== 'stop-asked');
  for (const step of steps) {
    it(`at ${step}: the run ends once, with all its output, and started once`, async () => {
      const backend = new FakeBackend();
      const { domain, died } = await diesAt(step, backend);
      await using first = domain;
      const { id } = await first.runs.launch(launchInput(), first.admin);
      const isBeforeJob = ['picked', 'environment-built', 'starting-kept'].includes(step);
      if (!isBeforeJob) {
        await work(backend, id);
        if (!['submitted', 'handle-kept', 'running-kept'].includes(step)) backend.finish(id);
      }
      await died;
      await first.die();

      await using second = await createDomain({ backend, kept: first });
      await second.scheduler.start();
      if (isBeforeJob) await work(backend, id);
      if ((await backend.list()).includes(id)) backend.finish(id);
      const run = await runUntil(second, id, ({ endedAt }) => endedAt !== null);
      assert.equal(run.state, 'succeeded');
      assert.equal(await second.logs.lastText(id, 1000), 'half done\n');
      assert.deepEqual(
        backend.submitted.map(({ runId }) => runId),
        [id],
      );
      assert.equal(await finalEvents(second, id), 1);
      assert.equal((await second.runs.artifacts({ runId: id, path: 'outputs' }, second.admin)).length, 1);
      await eventually(async () => (await backend.list()).length === 0, 'the job is removed');
    });
  }

  it('keeps the token of a job that was submitted before', async () => {
    const backend = new FakeBackend();
    const { domain, died } = await diesAt('submitted', backend);
    await using first = domain;
    const { id } = await first.runs.launch(launchInput(), first.admin);
    await died;
    await first.die();
    await using second = await createDomain({ backend, kept: first });
    await second.scheduler.start();
    await runUntil(second, id, ({ state }) => state === 'running');
    const secret = backend.submitted[0]?.secrets.FLYWHEEL_TOKEN ?? '';
    assert.equal((await second.access.authenticate(secret)).tokenId, `run-${id}`);
  });

  it('stops a run that was asked to stop before', async () => {
    const backend = new FakeBackend();
    const { domain, died } = await diesAt('submitted', backend);
    await using first = domain;
    const { id } = await first.runs.launch(launchInput(), first.admin);
    await died;
    await first.runs.stop({ runId: id }, first.admin);
    await first.die();
    await using second = await createDomain({ backend, kept: first });
    await second.scheduler.start();
    await eventually(() => backend.stops.includes(id), 'the backend is asked to stop');
    backend.finish(id, { exitCode: null, reason: 'signal' });
    assert.equal((await runUntil(second, id, ({ endedAt }) => endedAt !== null)).state, 'stopped');
  });

  it('asks again to stop when it died right after asking', async () => {
    const backend = new FakeBackend();
    const { domain, died } = await diesAt('stop-asked', backend);
    await using first = domain;
    const { id } = await first.runs.launch(launchInput(), first.admin);
    await runUntil(first, id, ({ state }) => state === 'running');
    await first.runs.stop({ runId: id }, first.admin);
    await died;
    await first.die();
    await using second = await createDomain({ backend, kept: first });
    await second.scheduler.start();
    await eventually(() => backend.stops.length === 2, 'the backend is asked again');
    backend.finish(id, { exitCode: 1 });
    assert.equal((await runUntil(second, id, ({ endedAt }) => endedAt !== null)).state, 'stopped');
  });

  it('never starts a run that was stopped before it was submitted', async () => {
    const backend = new FakeBackend();
    const { domain, died } = await diesAt('starting-kept', backend);
    await using first = domain;
    const { id } = await first.runs.launch(launchInput(), first.admin);
    await died;
    await first.runs.stop({ runId: id }, first.admin);
    await first.die();
    await using second = await createDomain({ backend, kept: first });
    await second.scheduler.start();
    assert.equal((await runUntil(second, id, ({ endedAt }) => endedAt !== null)).state, 'stopped');
    assert.equal(backend.submitted.length, 0);
  });

  it('does not take a build that was cut off to be going on', async () => {
    const backend = new FakeBackend();
    backend.build = never;
    await using first = await createDomain({ backend });
    await furnish(first);
    await first.scheduler.start();
    const { id } = await first.runs.launch(launchInput(), first.admin);
    const state = async (domain: Domain) =>
      (await domain.environments.get({ environmentId: 'system' }, domain.admin)).latest.build.state;
    await eventually(async () => (await state(first)) === 'building', 'it is being built');
    const revived = new FakeBackend();
    await using second = await createDomain({ backend: revived, kept: first });
    await second.builds.resetInterrupted();
    assert.equal(await state(second), 'never');
    await second.scheduler.start();
    await runUntil(second, id, (run) => run.state === 'running');
    assert.equal(await state(second), 'ready');
    await first.die();
  });
});
