import assert from 'node:assert/strict';
import { type Tier, tier as tierSchema } from '../../../protocol/model/tier.ts';
import { planQueue } from '../../../server/domain/compute/queue.ts';
import { storedRun } from '../../fixtures/storedRun.ts';

const tiers = new Map<string, Tier>(
  [
    { id: 'small', name: 'Small', concurrency: 2 },
    { id: 'urgent', name: 'Urgent', concurrency: 1, priority: 10 },
  ].map((tier) => [tier.id, tierSchema.parse({ cpus: 1, memoryMiB: 256, ...tier })]),
);
const tier = (id: string) => tiers.get(id) ?? null;
const noProblem = () => null;

describe('queue', () => {
  it('starts as many of a tier as have room, in the given order', () => {
    const unfinished = [
      storedRun({ id: 'a', state: 'running' }),
      storedRun({ id: 'b' }),
      storedRun({ id: 'c' }),
      storedRun({ id: 'd' }),
    ];
    const { starts, waiting } = planQueue({ unfinished, tier, problem: noProblem });
    assert.deepEqual(starts, ['b']);
    assert.deepEqual(
      [...waiting].map(([id, { position }]) => [id, position]),
      [
        ['c', 1],
        ['d', 2],
      ],
    );
    assert.match(waiting.get('c')?.reason ?? '', /Small takes 2 runs at a time/);
  });

  it('leaves the places that workspaces have', () => {
    const unfinished = [storedRun({ id: 'a' }), storedRun({ id: 'b' })];
    const occupied = new Map([['small', 1]]);
    assert.deepEqual(planQueue({ unfinished, tier, problem: noProblem, occupied }).starts, ['a']);
  });

  it('counts a run that is being prepared or started as taking its place', () => {
    const unfinished = [
      storedRun({ id: 'a', state: 'preparing' }),
      storedRun({ id: 'b', state: 'starting' }),
      storedRun({ id: 'c' }),
    ];
    assert.deepEqual(planQueue({ unfinished, tier, problem: noProblem }).starts, []);
  });

  it('does not let one tier wait for another, and starts the more urgent first', () => {
    const unfinished = [
      storedRun({ id: 'a', state: 'running' }),
      storedRun({ id: 'b', state: 'running' }),
      storedRun({ id: 'c' }),
      storedRun({ id: 'd' }, { tierId: 'urgent' }),
    ];
    assert.deepEqual(planQueue({ unfinished, tier, problem: noProblem }).starts, ['d']);
  });

  it('says why nothing starts: the backend, or a tier that is gone', () => {
    const unfinished = [storedRun({ id: 'a' }), storedRun({ id: 'b' }, { tierId: 'gone' })];
    const { starts, waiting } = planQueue({ unfinished, tier, problem: () => 'No answer.' });
    assert.deepEqual(starts, []);
    assert.equal(waiting.get('a')?.reason, 'No answer.');
    assert.match(waiting.get('b')?.reason ?? '', /gone is no longer in the catalog/);
  });
});
