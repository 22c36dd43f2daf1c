import assert from 'node:assert/strict';
import { type Tier, tier as tierSchema } from '../../../protocol/model/tier.ts';
import { expectedStarts } from '../../../server/domain/compute/expectedTimes.ts';
import { planQueue } from '../../../server/domain/compute/queue.ts';
import { type AwaitedState, plainEntry, type QueueEntry } from '../../../server/domain/jobs/ports.ts';
import type { StoredLaunch, StoredRun } from '../../../server/domain/runs/ports.ts';
import { storedRun } from '../../fixtures/storedRun.ts';

const small: Tier = tierSchema.parse({ id: 'small', name: 'Small', cpus: 1, memoryMiB: 256, concurrency: 2 });

type Given = {
  readonly run: Partial<StoredRun>;
  readonly launch?: Partial<StoredLaunch>;
  readonly entry?: Partial<QueueEntry>;
};

function plan(given: readonly Given[], { awaited = {}, now = 0, concurrency = 2 }: Facts = {}) {
  const runs = given.map(({ run, launch }, at) => storedRun({ createdAt: at + 1, name: run.id ?? '', ...run }, launch));
  const entries = given.flatMap(({ entry }, at) => {
    const id = runs[at]?.id ?? '';
    return entry ? [[id, { ...plainEntry(id), ...entry }] as const] : [];
  });
  return planQueue({
    unfinished: runs,
    tier: () => ({ ...small, concurrency }),
    problem: () => null,
    state: { entries: new Map(entries), awaited: new Map(Object.entries(awaited)) },
    now,
  });
}

type Facts = {
  readonly awaited?: Readonly<Record<string, AwaitedState>>;
  readonly now?: number;
  readonly concurrency?: number;
};

const group = (policy: 'queue' | 'cancel-older' | 'skip') => ({ concurrency: { group: 'train', policy } });

describe('queue plan', () => {
  it('holds what is paused and what is not to start yet, and lets others pass', () => {
    const { starts, waiting } = plan(
      [
        { run: { id: 'paused' }, entry: { paused: true } },
        { run: { id: 'later' }, entry: { notBefore: 100 } },
        { run: { id: 'now' }, entry: { notBefore: 50 } },
      ],
      { now: 50 },
    );
    assert.deepEqual(starts, ['now']);
    assert.equal(waiting.get('paused')?.hold, 'paused');
    assert.equal(waiting.get('later')?.hold, 'time');
  });

  it('waits for the runs that it needs, and is not run when one of them fails', () => {
    const after = [{ runId: 'prepare', needs: 'success' as const }];
    const given = [{ run: { id: 'train' }, entry: { after } }];
    const prepare = (state: AwaitedState['state']) => ({ awaited: { prepare: { name: 'prepare', state } } });
    assert.match(plan(given, prepare('running')).waiting.get('train')?.reason ?? '', /waits for prepare to end/);
    assert.deepEqual(plan(given, prepare('succeeded')).starts, ['train']);
    const failed = plan(given, prepare('failed'));
    assert.deepEqual(failed.starts, []);
    assert.equal(failed.dropped.get('train')?.reason, 'dependency-failed');
    assert.match(failed.dropped.get('train')?.detail ?? '', /prepare, which it waited for, failed/);
    assert.equal(plan(given).dropped.get('train')?.reason, 'dependency-failed', 'a run that is gone never succeeds');
  });

  it('is content with any end where only the end is asked for', () => {
    const after = [{ runId: 'before', needs: 'end' as const }];
    const given = [{ run: { id: 'next' }, entry: { after } }];
    assert.deepEqual(plan(given, { awaited: { before: { name: 'before', state: 'failed' } } }).starts, ['next']);
  });

  it('lets one run of a group go on at a time', () => {
    const { starts, waiting } = plan(
      [
        { run: { id: 'a' }, entry: group('queue') },
        { run: { id: 'b' }, entry: group('queue') },
        { run: { id: 'other project', projectId: 'mnist' }, entry: group('queue') },
      ],
      { concurrency: 5 },
    );
    assert.deepEqual(starts, ['a', 'other project']);
    assert.deepEqual(waiting.get('b'), { position: 1, reason: 'a of the same group has not ended.', hold: 'group' });
  });

  it('stops and drops the older ones of a group for the newest', () => {
    const { starts, dropped, stops, waiting } = plan(
      [
        { run: { id: 'runs', state: 'running' }, entry: group('queue') },
        { run: { id: 'waits' }, entry: group('cancel-older') },
        { run: { id: 'newest' }, entry: group('cancel-older') },
      ],
      { concurrency: 5 },
    );
    assert.deepEqual(starts, []);
    assert.deepEqual([...stops.keys()], ['runs']);
    assert.equal(dropped.get('waits')?.reason, 'superseded');
    assert.equal(waiting.get('newest')?.hold, 'group');
  });

  it('does not ask a run twice to stop for a newer one', () => {
    const asked = { stopRequestedAt: 1 };
    const given = [
      { run: { id: 'runs', state: 'running' as const }, launch: asked, entry: group('queue') },
      { run: { id: 'newest' }, entry: group('cancel-older') },
    ];
    assert.equal(plan(given).stops.size, 0);
  });

  it('skips a run while another of its group has not ended', () => {
    const { starts, dropped } = plan(
      [
        { run: { id: 'first' }, entry: group('skip') },
        { run: { id: 'second' }, entry: group('skip') },
      ],
      { concurrency: 5 },
    );
    assert.deepEqual(starts, ['first']);
    assert.equal(dropped.get('second')?.reason, 'group-busy');
  });

  it('gives the next place to the project that uses least', () => {
    const many = Array.from({ length: 4 }, (_, at) => ({ run: { id: `iris${at}` } }));
    const { starts, waiting } = plan([
      { run: { id: 'runs', state: 'running' } },
      ...many,
      { run: { id: 'mnist0', projectId: 'mnist' } },
      { run: { id: 'mnist1', projectId: 'mnist' } },
    ]);
    assert.deepEqual(starts, ['mnist0']);
    const order = [...waiting].toSorted(([, a], [, b]) => a.position - b.position).map(([id]) => id);
    assert.deepEqual(order, ['iris0', 'mnist1', 'iris1', 'iris2', 'iris3']);
  });

  it('puts higher priority first, then the order that people chose, then age', () => {
    const { waiting } = plan(
      [
        { run: { id: 'runs', state: 'running' } },
        { run: { id: 'old' } },
        { run: { id: 'moved' }, entry: { place: 0 } },
        { run: { id: 'urgent' }, launch: { priority: 5 } },
        { run: { id: 'raised' }, entry: { priority: 9 } },
      ],
      { concurrency: 1 },
    );
    assert.deepEqual([...waiting.keys()], ['raised', 'urgent', 'moved', 'old']);
  });
});

describe('expected starts', () => {
  const run = (runId: string, takes: number | null = 100) => ({ runId, takes, isFree: true, notBefore: null });

  it('hands places on at the expected ends', () => {
    const starts = expectedStarts({
      places: 2,
      occupied: [{ end: 1500 }, { end: 1200 }],
      waiting: [run('a'), run('b'), run('c')],
      now: 1000,
    });
    assert.deepEqual(
      [...starts],
      [
        ['a', 1200],
        ['b', 1300],
        ['c', 1400],
      ],
    );
  });

  it('says nothing of what waits for a place that nobody can foresee', () => {
    const load = { places: 1, occupied: [{ end: null }], now: 0 };
    assert.equal(expectedStarts({ ...load, waiting: [run('a')] }).size, 0);
    const behind = { places: 1, occupied: [], waiting: [run('a', null), run('b')], now: 5 };
    assert.deepEqual([...expectedStarts(behind)], [['a', 5]]);
  });

  it('keeps to the earliest time of a run and passes over those that wait for somebody', () => {
    const waiting = [
      { ...run('held'), isFree: false },
      { ...run('later'), notBefore: 900 },
    ];
    assert.deepEqual([...expectedStarts({ places: 1, occupied: [], waiting, now: 0 })], [['later', 900]]);
  });
});
