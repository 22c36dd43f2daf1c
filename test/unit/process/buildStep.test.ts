import assert from 'node:assert/strict';
import { tier as tierModel } from '../../../protocol/model/tier.ts';
import { CpuAllotment } from '../../../server/adapters/process/cpuAllotment.ts';
import { misfitOf, probeHost } from '../../../server/adapters/process/hostLimits.ts';
import { lastMeaningfulLine } from '../../../server/domain/shared/errorLine.ts';

describe('the last meaningful line of a build', () => {
  const table: readonly (readonly [string, string | null])[] = [
    ['', null],
    ['\n  \n', null],
    ['Collecting x\nDone\n', 'Done'],
    [
      'ERROR: No matching distribution found for x\n\n[notice] A new release of pip\n',
      'ERROR: No matching distribution found for x',
    ],
    ['\u001b[31mERROR: bad\u001b[0m\nWARNING: old\nbye\n', 'ERROR: bad'],
    ['Traceback\nModuleNotFoundError: No module named y\n', 'ModuleNotFoundError: No module named y'],
    ['10%\r50%\r100%', '100%'],
  ];
  for (const [output, line] of table) {
    it(`is ${JSON.stringify(line)} of ${JSON.stringify(output.slice(0, 40))}`, () => {
      assert.equal(lastMeaningfulLine(output), line);
    });
  }
});

describe('the allotment of processors', () => {
  const all = [0, 1, 2, 3];

  it('gives the least taken ones, and shares only when all are taken', () => {
    const allotment = new CpuAllotment();
    assert.deepEqual(allotment.take('a', { wanted: 2, all }), [0, 1]);
    assert.deepEqual(allotment.take('b', { wanted: 1, all }), [2]);
    assert.deepEqual(allotment.take('c', { wanted: 2, all }), [0, 3]);
    allotment.release('a');
    assert.deepEqual(allotment.take('d', { wanted: 0.5, all }), [1]);
  });

  it('holds a job to none when it may use all, or the host cannot', () => {
    const allotment = new CpuAllotment();
    assert.equal(allotment.take('a', { wanted: 4, all }), null);
    assert.equal(allotment.take('b', { wanted: 1, all: [] }), null);
  });

  it('counts jobs found after a restart, and a repeated demand once', () => {
    const allotment = new CpuAllotment();
    allotment.keep('old', [0, 1, 2]);
    assert.deepEqual(allotment.take('a', { wanted: 1, all }), [3]);
    assert.deepEqual(allotment.take('a', { wanted: 1, all }), [3]);
  });
});

describe('a tier that does not fit this machine', () => {
  const { cpus, memoryMiB } = probeHost();
  const tier = tierModel.parse({ id: 't', name: 'T', cpus: 1, memoryMiB: 64 });

  it('says what is too much', () => {
    assert.equal(misfitOf(tier), null);
    assert.match(misfitOf({ ...tier, gpus: 1 }) ?? '', /GPU/);
    assert.match(misfitOf({ ...tier, cpus: cpus + 1 }) ?? '', new RegExp(`has ${cpus}\\.`));
    assert.match(misfitOf({ ...tier, memoryMiB: memoryMiB * 2 }) ?? '', /MiB of memory/);
  });
});
