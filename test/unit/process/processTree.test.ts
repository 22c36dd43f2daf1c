import assert from 'node:assert/strict';
import {
  bornOf,
  isBornSince,
  listFromPs,
  listProcesses,
  type ProcessEntry,
} from '../../../server/adapters/process/processTable.ts';
import { ProcessTree } from '../../../server/adapters/process/processTree.ts';

function entry(pid: number, parent: number, wish: Partial<ProcessEntry> = {}): ProcessEntry {
  const nothing = { cpuSeconds: 0, childCpuSeconds: 0, memoryBytes: 0 };
  return { pid, parent, group: pid, session: pid, born: `boot:${pid}`, ...nothing, ...wish };
}

describe('the process tree of a job', () => {
  const leader = { pid: 100, born: 'boot:100' };
  const pids = (tree: ProcessTree, all: readonly ProcessEntry[]) => tree.membersAmong(all).map(({ pid }) => pid);

  it('holds the group, the session and all who descend from them', () => {
    const tree = new ProcessTree({ leader, mark: 'none' });
    const all = [
      entry(1, 0),
      entry(100, 1),
      entry(101, 100, { group: 100, session: 100 }),
      entry(102, 1, { session: 100 }),
      entry(103, 101),
      entry(104, 103),
      entry(200, 1),
    ];
    assert.deepEqual(pids(tree, all).sort(), [100, 101, 102, 103, 104]);
  });

  it('keeps whoever was seen when the parent dies, but not a stranger with the same number', () => {
    const tree = new ProcessTree({ leader, mark: 'none' });
    pids(tree, [entry(100, 1), entry(103, 100)]);
    assert.deepEqual(pids(tree, [entry(103, 1)]), [103]);
    assert.deepEqual(pids(tree, [entry(103, 1, { born: 'boot:999' })]), []);
  });

  it('leaves the group alone that a later process made under the same number', () => {
    const tree = new ProcessTree({ leader, mark: 'none' });
    assert.deepEqual(pids(tree, [entry(100, 1, { born: 'boot:900' }), entry(901, 100, { group: 100 })]), []);
    assert.deepEqual(pids(tree, [entry(50, 1, { group: 100, born: 'other-boot:500' })]), []);
  });

  it('knows which of two births came first, within one boot', function () {
    if (process.platform !== 'linux') this.skip();
    assert.equal(isBornSince('a:10', 'a:9'), true);
    assert.equal(isBornSince('a:8', 'a:9'), false);
    assert.equal(isBornSince('b:10', 'a:9'), false);
  });
});

describe('the process table', () => {
  it('has this process, with what it uses, from the system and from ps alike', async () => {
    const [own] = (await listProcesses()).filter(({ pid }) => pid === process.pid);
    const [ps] = (await listFromPs()).filter(({ pid }) => pid === process.pid);
    assert.ok(own && ps);
    assert.deepEqual([ps.parent, ps.group], [own.parent, own.group]);
    assert.equal(own.parent, process.ppid);
    const { rss } = process.memoryUsage();
    for (const { memoryBytes } of [own, ps]) assert.ok(memoryBytes > rss / 2 && memoryBytes < rss * 2);
    const cpuSeconds = process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
    assert.ok(Math.abs(own.cpuSeconds - cpuSeconds) < 1);
    assert.ok(Math.abs(ps.cpuSeconds - cpuSeconds) < 2);
    assert.equal(await bornOf(process.pid), own.born);
  });

  it('has no birth of a process that is not there', async () => {
    assert.equal(await bornOf(2 ** 22 + 1), null);
  });
});
