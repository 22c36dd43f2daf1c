/** The sampling of curves: only steps that exist, evenly, with both ends of each. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sampleSteps } from '../../../server/domain/tracking/sampleSteps.ts';

const curve = (steps: readonly number[]) => steps.map((step) => ({ key: 'm', value: step, step, timestamp: 0 }));

describe('sampleSteps', () => {
  it('keeps everything that fits', () => {
    assert.deepEqual([...sampleSteps([curve([0, 5, 9])], { range: null, most: 10 })], [0, 5, 9]);
    assert.deepEqual([...sampleSteps([], { range: null, most: 10 })], []);
  });

  it('holds its promises for any curves', () => {
    const steps = fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(steps, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 50 }), (curves, most) => {
        const sorted = curves.map((each) => each.toSorted((a, b) => a - b));
        const chosen = sampleSteps(sorted.map(curve), { range: null, most });
        const existing = new Set(sorted.flat());
        assert.ok([...chosen].every((step) => existing.has(step)));
        assert.ok(chosen.size <= most + 1 + 2 * curves.length);
        for (const each of sorted) assert.ok(chosen.has(each[0] ?? -1) && chosen.has(each.at(-1) ?? -1));
      }),
    );
  });
});
