import assert from 'node:assert/strict';
import type { HostFacts } from '../../../protocol/model/host.ts';
import { tier } from '../../../protocol/model/tier.ts';
import { type Candidate, chooseHosts, misfitOfAll, noLoad } from '../../../server/domain/compute/placement.ts';

const facts: HostFacts = {
  version: '20.10.24',
  cpus: 8,
  memoryMiB: 16_384,
  gpus: ['GPU-0', 'GPU-1'],
  gpuDriver: 'nvidia',
  gpuKinds: ['A100'],
  liveRestore: true,
  swarm: false,
  freeDiskMiB: 50_000,
};

function host(id: string, change: Partial<Candidate> = {}): Candidate {
  return { id, name: id, labels: {}, drained: false, facts, problem: null, load: noLoad, ...change };
}

const wish = (change: object = {}) => tier.parse({ id: 't', name: 'Box', cpus: 2, memoryMiB: 4096, ...change });

function chosen(hosts: readonly Candidate[], change: object = {}): readonly string[] | string {
  const choice = chooseHosts(wish(change), hosts);
  return 'reason' in choice ? choice.reason : choice.hosts.map(({ id }) => id);
}

describe('placement', () => {
  it('takes the least loaded, by what is taken most of', () => {
    const hosts = [
      host('cpu', { load: { cpus: 6, memoryMiB: 0, gpus: 0 } }),
      host('idle'),
      host('memory', { load: { cpus: 0, memoryMiB: 8192, gpus: 0 } }),
    ];
    assert.deepEqual(chosen(hosts), ['idle', 'memory', 'cpu']);
  });

  it('leaves out hosts that are full, drained, silent, too small or without the label', () => {
    const hosts = [
      host('full', { load: { cpus: 7, memoryMiB: 0, gpus: 0 } }),
      host('drained', { drained: true }),
      host('silent', { facts: null, problem: 'no answer' }),
      host('small', { facts: { ...facts, cpus: 1 } }),
      host('good', { labels: { zone: 'a', disk: 'fast' } }),
    ];
    assert.deepEqual(chosen(hosts), ['good']);
    assert.deepEqual(chosen(hosts, { hostLabels: { zone: 'a' } }), ['good']);
  });

  const reasons: readonly (readonly [string, readonly Candidate[], object, RegExp])[] = [
    ['no host at all', [], {}, /has no Docker host/],
    ['no label', [host('a')], { hostLabels: { zone: 'b' } }, /labels zone=b/],
    ['a drained one', [host('a', { drained: true })], {}, /being drained/],
    ['a silent one', [host('a', { facts: null, problem: 'no answer' })], {}, /^no answer$/],
    ['a small one', [host('a')], { memoryMiB: 20_000 }, /20000 MiB of memory; this machine has 16384/],
    ['a full one', [host('a', { load: { cpus: 0, memoryMiB: 0, gpus: 1 } })], { gpus: 2 }, /taken.*2 GPU/],
    ['another kind of GPU', [host('a')], { gpus: 1, gpuKind: 'H100' }, /kind H100; this machine has A100/],
    ['little disk', [host('a')], { diskMiB: 60_000 }, /60000 MiB of disk/],
  ];
  for (const [what, hosts, change, reason] of reasons) {
    it(`says why with ${what}`, () => assert.match(String(chosen(hosts, change)), reason));
  }

  it('calls a tier a misfit only when no host could ever take it', () => {
    const full = host('full', { load: { cpus: 8, memoryMiB: 0, gpus: 0 } });
    assert.equal(misfitOfAll(wish(), [full]), null);
    assert.equal(misfitOfAll(wish(), [host('silent', { facts: null, problem: 'no answer' })]), null);
    assert.match(misfitOfAll(wish({ cpus: 9 }), [full]) ?? '', /The host full: The tier has 9 CPUs/);
    assert.equal(misfitOfAll(wish({ cpus: 9 }), [full, host('big', { facts: { ...facts, cpus: 16 } })]), null);
  });
});
