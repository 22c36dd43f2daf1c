/** What a sweep does next. */
import assert from 'node:assert/strict';
import { sweepFields, type TrialOutcome } from '../../../protocol/model/sweep.ts';
import { chooseTier, planSweep } from '../../../server/domain/sweeps/planSweep.ts';
import type { Trial } from '../../../server/domain/sweeps/trial.ts';

const base = {
  command: 'python train.py',
  environmentId: 'system',
  tierIds: ['small'],
  space: [{ kind: 'int', name: 'x', low: 1, high: 4 }],
  objective: { metric: 'loss', direction: 'minimize' },
};

type Case = {
  readonly is: string;
  readonly of?: object;
  readonly minutes?: number;
  readonly cost?: number;
  readonly since?: number;
};

/** Trials as words: `c` complete, `f` failed, `r` running, `p` pruned, `s` stopped, one after another. */
function plan({ is, of = {}, minutes = 0, cost = 0, since = 0 }: Case) {
  const outcomes: Record<string, TrialOutcome> = {
    c: 'complete',
    f: 'failed',
    r: 'running',
    p: 'pruned',
    s: 'stopped',
  };
  const trials = [...is].map((letter, number): Trial => {
    const outcome = outcomes[letter] ?? 'waiting';
    const value = outcome === 'complete' ? 1 : null;
    return {
      number,
      given: { x: 1 },
      outcome,
      value,
      step: null,
      endedAt: outcome === 'running' ? null : 100 + number,
    };
  });
  const definition = sweepFields.parse({ ...base, budget: { trials: 6 }, parallel: 2, failuresInARow: 3, ...of });
  return planSweep({ definition, trials, minutes, cost, since });
}

describe('a sweep', () => {
  it('begins as many as may go at once and are left', () => {
    assert.deepEqual(plan({ is: '' }), { kind: 'begin', count: 2 });
    assert.deepEqual(plan({ is: 'cr' }), { kind: 'begin', count: 1 });
    assert.deepEqual(plan({ is: 'rr' }), { kind: 'wait' });
    assert.deepEqual(plan({ is: 'ccccr', of: { parallel: 9 } }), { kind: 'begin', count: 1 });
    assert.deepEqual(plan({ is: 'rrr' }), { kind: 'wait' }, 'fewer at once than before');
    assert.deepEqual(plan({ is: 'cccccr' }), { kind: 'wait' });
  });

  it('ends when its trials are done, or its grid is', () => {
    assert.deepEqual(plan({ is: 'cccccc' }), { kind: 'end', reason: 'trials-done', detail: null });
    assert.match(JSON.stringify(plan({ is: 'ssffss' })), /No trial ended with a value/);
    const grid = { sampler: { kind: 'grid' } };
    assert.deepEqual(plan({ is: 'cccc', of: grid }), { kind: 'end', reason: 'space-done', detail: null });
    assert.deepEqual(plan({ is: 'ccc', of: { ...grid, budget: { trials: 3 } } }), {
      ...{ kind: 'end', reason: 'trials-done', detail: null },
    });
  });

  it('ends at its budget of time and money, whatever runs', () => {
    const budget = { trials: 6, minutes: 10, cost: 5 };
    assert.equal(plan({ is: 'r', of: { budget }, minutes: 9.9, cost: 4.9 }).kind, 'begin');
    assert.deepEqual(plan({ is: 'r', of: { budget }, minutes: 10 }), {
      kind: 'end',
      reason: 'time-over',
      detail: null,
    });
    assert.deepEqual(plan({ is: 'r', of: { budget }, cost: 5 }), { kind: 'end', reason: 'money-spent', detail: null });
  });

  it('ends after failures in a row, not after failures between', () => {
    assert.match(JSON.stringify(plan({ is: 'fff' })), /"failing".*All trials so far failed, 3 in a row.*trial 2/);
    assert.match(JSON.stringify(plan({ is: 'cfff' })), /"failing".*The last trials failed/);
    for (const is of ['ff', 'ffcf', 'fpff', 'fsf']) assert.equal(plan({ is }).kind, 'begin', is);
    assert.equal(plan({ is: 'fff', since: 102 }).kind, 'begin', 'resumed by somebody who saw the first two');
  });

  it('puts a trial where it has the fewest for the places there are', () => {
    const used = (tierId: string) => ({ a: 2, b: 1 })[tierId] ?? 0;
    assert.equal(
      chooseTier(['a', 'b'], used, () => 4),
      'b',
    );
    assert.equal(
      chooseTier(['a', 'b'], used, (tierId) => (tierId === 'a' ? 8 : 1)),
      'a',
    );
    assert.equal(
      chooseTier(
        ['a', 'b'],
        () => 0,
        () => 1,
      ),
      'a',
      'the first of equals',
    );
  });
});
