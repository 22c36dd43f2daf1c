import assert from 'node:assert/strict';
import { DomainError } from '../../../server/domain/shared/errors.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually, furnish, launchInput, runUntil } from '../../harness/domain.ts';

async function started(options: Parameters<typeof createDomain>[0] = {}): Promise<Domain & { backend: FakeBackend }> {
  const domain = await createDomain({ backend: new FakeBackend(), ...options });
  await furnish(domain);
  await domain.scheduler.start();
  return domain as Domain & { backend: FakeBackend };
}

const isRunning = ({ state }: { readonly state: string }) => state === 'running';
const hasEnded = ({ endedAt }: { readonly endedAt: number | null }) => endedAt !== null;

async function logOf(domain: Domain, runId: string): Promise<string> {
  return domain.logs.lastText(runId, 1024 * 1024);
}

describe('scheduler', () => {
  it('takes a run from the queue to its end with output, usage, artifacts, cost and one event a state', async () => {
    await using domain = await started({ tiers: [{ pricePerHour: 3600 }] });
    const { id } = await domain.runs.launch(launchInput({ parameters: { depth: '3' } }), domain.admin);
    await runUntil(domain, id, isRunning);
    const [spec] = domain.backend.submitted;
    assert.equal(spec?.command, 'python train.py --depth 3');
    assert.equal(spec.variables.MLFLOW_RUN_ID, id);
    const job = await domain.access.authenticate(spec.secrets.MLFLOW_TRACKING_TOKEN ?? '');
    assert.deepEqual(job.scope, { kind: 'run', projectId: 'iris', runId: id });
    domain.backend.write(id, 'epoch 1\n');
    domain.backend.sample(id, { at: Date.now(), cpuCores: 0.5, memoryBytes: 64 * 1024 * 1024 });
    domain.backend.addFile(id, 'outputs/model.txt', 'weights');
    domain.backend.finish(id);
    const run = await runUntil(domain, id, hasEnded);
    assert.equal(run.state, 'succeeded');
    assert.equal(run.exitCode, 0);
    assert.ok(run.cost > 0 || run.startedAt === run.endedAt);
    assert.equal(await logOf(domain, id), 'epoch 1\n');
    assert.ok(run.metrics.some(({ key, latest }) => key === 'system/memory_mib' && latest === 64));
    assert.deepEqual(await domain.runs.artifacts({ runId: id, path: 'outputs' }, domain.admin), [
      { path: 'outputs/model.txt', folder: false, bytes: 7 },
    ]);
    await eventually(async () => (await domain.backend.list()).length === 0, 'the job is removed');
    await assert.rejects(domain.access.authenticate(spec.secrets.MLFLOW_TRACKING_TOKEN ?? ''), {
      reason: 'token-unknown',
    });
    const events = await domain.events.list({ limit: 50 }, domain.admin);
    const states = events.filter(({ type }) => type === 'run.state-changed').map(({ detail }) => detail.to);
    assert.deepEqual(states.reverse(), ['preparing', 'starting', 'running', 'succeeded']);
  });

  it('keeps to the concurrency of a tier and says what the others wait for', async () => {
    await using domain = await started();
    const first = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, first.id, isRunning);
    const second = await domain.runs.launch(launchInput(), domain.admin);
    const third = await domain.runs.launch(launchInput({ priority: 5 }), domain.admin);
    const waiting = await runUntil(domain, second.id, ({ queue }) => queue?.position === 2);
    assert.equal(waiting.state, 'queued');
    assert.match(waiting.queue?.reason ?? '', /one run at a time/);
    domain.backend.finish(first.id);
    await runUntil(domain, third.id, isRunning);
    assert.equal((await domain.runs.get({ runId: second.id }, domain.admin)).state, 'queued');
  });

  it('stops a queued run at once', async () => {
    await using domain = await started({ tiers: [{ concurrency: 1 }] });
    const first = await domain.runs.launch(launchInput(), domain.admin);
    const second = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, first.id, isRunning);
    const stopped = await domain.runs.stop({ runId: second.id }, domain.admin);
    assert.equal(stopped.state, 'stopped');
    assert.equal(stopped.reason, 'stopped-by-user');
    assert.equal(domain.backend.submitted.length, 1);
  });

  it('cancels a build that nobody else waits for when its run is stopped', async () => {
    await using domain = await started({ tiers: [{ concurrency: 2 }] });
    const finish = Promise.withResolvers<{ ok: true; lock: string }>();
    domain.backend.build = () => finish.promise;
    const first = await domain.runs.launch(launchInput(), domain.admin);
    const second = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, second.id, ({ state }) => state === 'preparing');
    await runUntil(domain, first.id, ({ state }) => state === 'preparing');
    await domain.runs.stop({ runId: first.id }, domain.admin);
    assert.equal((await runUntil(domain, first.id, hasEnded)).state, 'stopped');
    finish.resolve({ ok: true, lock: 'numpy==2' });
    await runUntil(domain, second.id, isRunning);
    assert.deepEqual([...domain.backend.builds.values()], [1]);
    const environment = await domain.environments.get({ environmentId: 'system' }, domain.admin);
    assert.equal(environment.latest.build.state, 'ready');
    assert.equal(environment.latest.build.lock, 'numpy==2');
  });

  it('passes a stop on to a running job and calls its end stopped whatever its exit code', async () => {
    await using domain = await started();
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, id, isRunning);
    await domain.runs.stop({ runId: id }, domain.admin);
    await eventually(() => domain.backend.stops.includes(id), 'the backend is asked to stop');
    domain.backend.finish(id, { exitCode: 143, reason: 'exit-code' });
    const run = await runUntil(domain, id, hasEnded);
    assert.deepEqual([run.state, run.reason, run.exitCode], ['stopped', 'stopped-by-user', 143]);
  });

  it('fails a run whose environment cannot be built, with the end of the build log in its own', async () => {
    await using domain = await started();
    domain.backend.build = async (_revision, log) => {
      log('ERROR: No matching distribution found for nosuch\n');
      return { ok: false, error: 'pip ended with code 1' };
    };
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    const run = await runUntil(domain, id, hasEnded);
    assert.deepEqual([run.state, run.reason, run.detail], ['failed', 'environment-failed', 'pip ended with code 1']);
    assert.match(await logOf(domain, id), /could not be built: pip ended with code 1[\s\S]*No matching distribution/);
  });

  it('fails a run whose code cannot be read', async () => {
    await using domain = await started();
    domain.code.failure = new DomainError('unsafe-path', 'link leaves the folder');
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    const run = await runUntil(domain, id, hasEnded);
    assert.deepEqual([run.state, run.reason], ['failed', 'code-unavailable']);
    assert.match(run.detail ?? '', /link leaves the folder/);
  });

  it('waits with a reason while the backend is down, and goes on when it is back', async () => {
    await using domain = await started();
    domain.backend.available = { ...domain.backend.available, available: false, problem: 'Docker does not answer' };
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    const run = await runUntil(domain, id, ({ queue }) => queue !== null);
    assert.equal(run.queue?.reason, 'Docker does not answer');
    domain.backend.available = { ...domain.backend.available, available: true, problem: null };
    await runUntil(domain, id, isRunning);
  });

  it('tries a refused submission again and says why meanwhile', async () => {
    await using domain = await started();
    domain.backend.submitError = new DomainError('backend-unavailable', 'connection refused');
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    const held = await runUntil(domain, id, ({ reason }) => reason === 'backend-unavailable');
    assert.deepEqual([held.state, held.detail], ['starting', 'connection refused']);
    domain.backend.submitError = null;
    const run = await runUntil(domain, id, isRunning);
    assert.deepEqual([run.reason, run.detail], [null, null]);
  });

  it('gives up on a submission that fails for a reason that nobody expects', async () => {
    await using domain = await started();
    domain.backend.submitError = new Error('EINVAL');
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    const run = await runUntil(domain, id, hasEnded);
    assert.deepEqual([run.state, run.reason, run.detail], ['failed', 'backend-unavailable', 'EINVAL']);
  });

  it('calls a run lost when its job is gone, never succeeded', async () => {
    await using domain = await started();
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, id, isRunning);
    domain.backend.forget(id);
    const run = await runUntil(domain, id, hasEnded);
    assert.deepEqual([run.state, run.reason, run.exitCode], ['lost', 'job-disappeared', null]);
  });

  it('waits while the backend does not answer for a job', async () => {
    await using domain = await started();
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, id, isRunning);
    domain.backend.lose(id, 'no answer');
    const held = await runUntil(domain, id, ({ reason }) => reason !== null);
    assert.deepEqual([held.state, held.reason, held.detail], ['running', 'backend-unavailable', 'no answer']);
    domain.backend.finish(id);
    assert.equal((await runUntil(domain, id, hasEnded)).state, 'succeeded');
  });

  it('lets a run wait whose tier left the catalog, and starts it when the tier is back', async () => {
    await using domain = await started();
    const [tier] = domain.catalog.list;
    assert.ok(tier);
    const first = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, first.id, isRunning);
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    domain.catalog.change([]);
    await runUntil(domain, id, ({ queue }) => queue?.reason.includes('no longer in the catalog') === true);
    const announced = async () => (await domain.events.list({ limit: 5 }, domain.admin)).map(({ type }) => type);
    await eventually(async () => (await announced()).includes('catalog.changed'), 'the change is announced');
    domain.catalog.change([{ ...tier, concurrency: 2 }]);
    await runUntil(domain, id, isRunning);
  });

  it('lets go of running jobs when the server stops, and they keep running', async () => {
    const domain = await started();
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    await runUntil(domain, id, isRunning);
    await domain.scheduler.stop();
    assert.deepEqual([await domain.backend.list(), domain.backend.stops], [[id], []]);
    assert.equal((await domain.runs.get({ runId: id }, domain.admin)).state, 'running');
    await domain[Symbol.asyncDispose]();
  });
});
