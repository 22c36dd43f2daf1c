import assert from 'node:assert/strict';
import type { QueuedRun } from '../../../protocol/model/queue.ts';
import { dropTarget, targetOf } from '../../../webviews/panels/jobs/queueMoves.ts';

const waiting = (id: string, projectId = 'iris', tierId = 'small') => ({ run: { id, projectId, tierId } }) as QueuedRun;
const [a, other, b, c] = [waiting('a'), waiting('other', 'mnist'), waiting('b'), waiting('c')];
const queue = [a, other, b, c];

describe('queue moves', () => {
  it('go among the runs of the same project and tier', () => {
    assert.equal(targetOf(queue, b, 'up'), 'a');
    assert.equal(targetOf(queue, a, 'down'), 'c');
    assert.equal(targetOf(queue, b, 'down'), null);
    assert.equal(targetOf(queue, c, 'first'), 'a');
    assert.equal(targetOf(queue, a, 'last'), null);
  });

  it('end at both ends', () => {
    assert.equal(targetOf(queue, a, 'up'), undefined);
    assert.equal(targetOf(queue, c, 'down'), undefined);
    assert.equal(targetOf(queue, other, 'last'), undefined);
  });

  it('drop a run where it is let go', () => {
    assert.equal(dropTarget(queue, c, a), 'a');
    assert.equal(dropTarget(queue, a, b), 'c');
    assert.equal(dropTarget(queue, a, c), null);
    assert.equal(dropTarget(queue, a, other), undefined);
    assert.equal(dropTarget(queue, a, a), undefined);
  });
});
