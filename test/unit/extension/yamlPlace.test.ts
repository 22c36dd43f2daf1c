import assert from 'node:assert/strict';
import { yamlPlaceAt } from '../../../extension/features/jobs/yamlPlace.ts';

/** The caret is where the bar stands. */
function at(text: string) {
  const lines = text.split('\n');
  const line = lines.findIndex((each) => each.includes('|'));
  const column = lines[line]?.indexOf('|') ?? 0;
  return yamlPlaceAt(
    lines.map((each) => each.replace('|', '')),
    line,
    column,
  );
}

describe('place in flywheel.yaml', () => {
  it('is a key at the root', () => assert.deepEqual(at('|'), { path: [], valueOf: null }));
  it('is a key of a job', () => {
    assert.deepEqual(at('jobs:\n  a:\n    command: x\n    ti|'), { path: ['jobs', 'a'], valueOf: null });
    assert.deepEqual(at('jobs:\n  a:\n    command: x\n  b:\n    |'), { path: ['jobs', 'b'], valueOf: null });
  });
  it('is a value', () => {
    assert.deepEqual(at('jobs:\n  a:\n    tier: |'), { path: ['jobs', 'a'], valueOf: 'tier' });
    assert.deepEqual(at('jobs:\n  a:\n    concurrency:\n      policy: s|'), {
      path: ['jobs', 'a', 'concurrency'],
      valueOf: 'policy',
    });
  });
  it('is an item of a list, indented or not', () => {
    assert.deepEqual(at('jobs:\n  a:\n    depends-on:\n      - |'), { path: ['jobs', 'a'], valueOf: 'depends-on' });
    assert.deepEqual(at('jobs:\n  a:\n    depends-on:\n    - |'), { path: ['jobs', 'a'], valueOf: 'depends-on' });
  });
});
