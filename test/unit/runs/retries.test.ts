import assert from 'node:assert/strict';
import type { LaunchRules, RunReason } from '../../../protocol/model/run.ts';
import { retryRule } from '../../../protocol/model/run.ts';
import { plainEntry } from '../../../server/domain/jobs/ports.ts';
import { backoffMs, waitBefore } from '../../../server/domain/runs/retries.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually, furnish, launchInput, runUntil } from '../../harness/domain.ts';

const rule = retryRule.parse({ limit: 2, firstWaitSeconds: 10, longestWaitSeconds: 25 });
const entry = { ...plainEntry('r1'), retries: rule };
const isRunning = ({ state }: { readonly state: string }) => state === 'running';
const hasEnded = ({ endedAt }: { readonly endedAt: number | null }) => endedAt !== null;

async function launched(domain: Domain, rules: LaunchRules): Promise<string> {
  const { id } = await domain.runs.launch(launchInput({ name: 'train', parameters: { lr: '1' }, rules }), domain.admin);
  return id;
}

async function attempts(domain: Domain) {
  const { items } = await domain.runs.list({ projectId: 'iris', limit: 50 }, domain.admin);
  return items.toReversed();
}

async function started(options: Parameters<typeof createDomain>[0] = {}) {
  const backend = new FakeBackend();
  const domain = await createDomain({ backend, tiers: [{ concurrency: 4 }], ...options });
  await furnish(domain);
  await domain.scheduler.start();
  return { domain, backend };
}

describe('retries', () => {
  it('wait twice as long each time, up to the longest wait', () => {
    assert.deepEqual(
      [1, 2, 3].map((failures) => backoffMs(rule, failures)),
      [10_000, 20_000, 25_000],
    );
  });

  it('follow an end that may pass, and no other', () => {
    const waitAfter = (reason: RunReason, state: 'failed' | 'lost' | 'stopped' = 'failed', attempt = 1) =>
      waitBefore({ state, reason }, { ...entry, attempt });
    assert.equal(waitAfter('exit-code'), 10_000);
    assert.equal(waitAfter('job-disappeared', 'lost'), 10_000);
    assert.equal(waitAfter('time-limit'), null);
    assert.equal(waitAfter('command-not-found'), null);
    assert.equal(waitAfter('stopped-by-user', 'stopped'), null);
    assert.equal(waitAfter('exit-code', 'failed', 3), null, 'two more attempts, and not a third');
    assert.equal(waitAfter('preempted', 'failed', 3), 0, 'a machine that was taken away counts for no attempt');
    assert.equal(waitBefore({ state: 'failed', reason: 'exit-code' }, plainEntry('r1')), null);
  });

  it('are runs of their own, linked to the first, until one succeeds', async () => {
    const { domain, backend } = await started();
    await using _owned = domain;
    const first = await launched(domain, { retries: { ...rule, firstWaitSeconds: 0 }, after: [] });
    await runUntil(domain, first, isRunning);
    backend.finish(first, { exitCode: 3 });
    await runUntil(domain, first, hasEnded);
    const [, second] = await attempts(domain);
    assert.equal(second?.name, 'train, attempt 2');
    await runUntil(domain, second?.id ?? '', isRunning);
    const shown = await domain.runs.get({ runId: second?.id ?? '' }, domain.admin);
    assert.deepEqual([shown.tags['flywheel.attemptOf'], shown.parameters.lr], [first, '1']);
    assert.equal(domain.code.pins.get(second?.id ?? ''), shown.code?.commit, 'its code is kept');
    backend.finish(second?.id ?? '');
    await runUntil(domain, second?.id ?? '', hasEnded);
    assert.equal((await attempts(domain)).length, 2);
  });

  it('are waited for by those that waited for the run that failed', async () => {
    const { domain, backend } = await started();
    await using _owned = domain;
    const first = await launched(domain, { retries: { ...rule, limit: 1, firstWaitSeconds: 0 }, after: [] });
    const next = await launched(domain, { after: [{ runId: first, needs: 'success' }] });
    await runUntil(domain, first, isRunning);
    backend.finish(first, { exitCode: 1 });
    await runUntil(domain, first, hasEnded);
    const second = (await attempts(domain)).find(({ name }) => name === 'train, attempt 2')?.id ?? '';
    await runUntil(domain, second, isRunning);
    assert.equal((await domain.runs.get({ runId: next }, domain.admin)).state, 'queued');
    backend.finish(second, { exitCode: 1 });
    const dropped = await runUntil(domain, next, hasEnded);
    assert.deepEqual([dropped.state, dropped.reason], ['stopped', 'dependency-failed']);
  });

  it('survive a restart while they wait', async () => {
    const { domain, backend } = await started();
    await using first = domain;
    const id = await launched(domain, { retries: { ...rule, firstWaitSeconds: 60 }, after: [] });
    await runUntil(domain, id, isRunning);
    backend.finish(id, { exitCode: 1 });
    await runUntil(domain, id, hasEnded);
    await first.die();
    await using second = await createDomain({ backend, kept: first, tiers: [{ concurrency: 4 }] });
    await second.scheduler.start();
    const waiting = (await attempts(second))[1]?.id ?? '';
    const shown = await runUntil(second, waiting, ({ queue }) => queue?.hold === 'time');
    assert.match(shown.queue?.reason ?? '', /Attempt 2 of 3 starts after a pause/);
    second.clock.offset = 61_000;
    await eventually(async () => (await backend.find(waiting)) !== null, 'the second attempt starts');
  });

  it('do not follow a run that somebody asked to stop', async () => {
    const { domain, backend } = await started();
    await using _owned = domain;
    const id = await launched(domain, { retries: { ...rule, firstWaitSeconds: 0 }, after: [] });
    await runUntil(domain, id, isRunning);
    await domain.runs.stop({ runId: id }, domain.admin);
    backend.finish(id, { exitCode: null, reason: 'memory-limit' });
    await runUntil(domain, id, hasEnded);
    assert.equal((await attempts(domain)).length, 1);
  });
});
