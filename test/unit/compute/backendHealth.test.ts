import assert from 'node:assert/strict';
import { BackendHealth } from '../../../server/domain/compute/backendHealth.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';

function healthOf(backend: FakeBackend, freshMs = 1000) {
  const clock = { at: 0, now: () => clock.at };
  const backends = new Map([[backend.id, backend]]);
  return { clock, health: new BackendHealth({ backends, clock, freshMs, deadlineMs: 20 }) };
}

describe('backend health', () => {
  it('does not wait for a backend that hangs', async () => {
    const backend = new FakeBackend();
    backend.probe = () => new Promise(() => undefined);
    assert.match((await healthOf(backend).health.problem('process')) ?? '', /does not answer/);
  });

  it('says what a failing probe says, and what backend is not there', async () => {
    const backend = new FakeBackend();
    backend.probe = () => Promise.reject(new Error('ECONNREFUSED'));
    const { health } = healthOf(backend);
    assert.match((await health.problem('process')) ?? '', /ECONNREFUSED/);
    assert.match((await health.problem('docker')) ?? '', /no compute backend docker/);
  });

  it('asks again only after a while', async () => {
    const backend = new FakeBackend();
    const { health, clock } = healthOf(backend);
    assert.equal(await health.problem('process'), null);
    backend.available = { ...backend.available, available: false, problem: 'stopped' };
    assert.equal(await health.problem('process'), null);
    clock.at = 1001;
    assert.equal(await health.problem('process'), 'stopped');
  });
});
