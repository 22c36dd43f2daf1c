/** Which trials are stopped early: as Optuna's own pruners decide, on the same curves point by point. */
import assert from 'node:assert/strict';
import type { Pruner } from '../../../protocol/model/sweep.ts';
import { type Curve, judge, type Other } from '../../../server/domain/sweeps/pruning.ts';
import optuna from '../../fixtures/optuna/optuna.json' with { type: 'json' };

type Recorded = { readonly curve: readonly (readonly number[])[]; readonly pruned: number | null };

function curveOf({ curve, pruned }: Recorded): Curve {
  const points = curve.map(([step = 0, value = 0]) => ({ step, value }));
  return pruned === null ? points : points.filter(({ step }) => step <= pruned);
}

describe('a pruner', () => {
  for (const { pruner, direction, trials } of optuna.pruning) {
    const asked = { pruner: pruner as Pruner, direction: direction as 'minimize' | 'maximize' };

    it(`decides as Optuna's ${JSON.stringify(pruner)} to ${direction}, whether points come singly or together`, () => {
      const others: Other[] = [];
      for (const recorded of trials) {
        const whole = recorded.curve.map(([step = 0, value = 0]) => ({ step, value }));
        const together = judge({ ...asked, others, trial: { curve: whole, judged: null } });
        assert.equal(together.because === null ? null : together.judged, recorded.pruned);
        let judged: number | null = null;
        let prunedAt: number | null = null;
        for (let seen = 1; seen <= whole.length && prunedAt === null; seen += 1) {
          const verdict = judge({ ...asked, others, trial: { curve: whole.slice(0, seen), judged } });
          judged = verdict.judged;
          if (verdict.because !== null) prunedAt = judged;
        }
        assert.equal(prunedAt, recorded.pruned);
        others.push({ curve: curveOf(recorded), complete: recorded.pruned === null });
      }
      const count = trials.filter(({ pruned }) => pruned !== null).length;
      assert.ok(count > 5 && count < trials.length, `${count} of ${trials.length} were pruned`);
    });
  }

  it('does not judge a step twice', () => {
    const pruner: Pruner = { kind: 'asha', resource: 1, factor: 2 };
    const better = { curve: [{ step: 1, value: 0 }], complete: true };
    const curve = [{ step: 1, value: 5 }];
    assert.match(
      judge({ pruner, direction: 'minimize', others: [better], trial: { curve, judged: null } }).because ?? '',
      /step 1/,
    );
    assert.equal(judge({ pruner, direction: 'minimize', others: [better], trial: { curve, judged: 1 } }).because, null);
  });

  it('stops what is no number, and never without a pruner', () => {
    const curve = [{ step: 1, value: Number.NaN }];
    const trial = { curve, judged: null };
    const asha: Pruner = { kind: 'asha', resource: 1, factor: 2 };
    assert.match(judge({ pruner: asha, direction: 'minimize', others: [], trial }).because ?? '', /No finite value/);
    assert.equal(judge({ pruner: { kind: 'none' }, direction: 'minimize', others: [], trial }).because, null);
  });
});
