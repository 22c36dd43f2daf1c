/** A new `sweep.yaml` is right as it stands. */
import assert from 'node:assert/strict';
import { readSweepText } from '../../../client/sweepText.ts';
import { sweepTemplate } from '../../../extension/features/sweeps/sweepTemplate.ts';
import { toSweepFields } from '../../../protocol/model/sweepFile.ts';

function fieldsOf(text: string) {
  const { file, problems } = readSweepText(text);
  assert.deepEqual(problems, [], text);
  assert.ok(file);
  return toSweepFields(file, { environmentId: 'system', tierIds: ['small'] });
}

describe('a new sweep.yaml', () => {
  it('has something to search where nothing is known', () => {
    assert.equal(fieldsOf(sweepTemplate({ command: 'python train.py' })).space.length, 1);
  });

  it('searches around what the form has, whatever is typed there', () => {
    const parameters = { rate: '0.001', layers: '4', kind: 'a "b": # c', '1 odd/key': '2', zero: '0', no: '' };
    const sketch = {
      command: 'python "my script.py" # {rate}',
      projectId: 'digits',
      environmentId: 'py',
      tierId: 'gpu',
    };
    const {
      command,
      space,
      parameters: fixed,
      environmentId,
      tierIds,
    } = fieldsOf(sweepTemplate({ ...sketch, parameters }));
    assert.deepEqual([command, environmentId, tierIds], [sketch.command, 'py', ['gpu']]);
    assert.deepEqual(fixed, { zero: '0' });
    const given = space.map((each) => [each.name, each.kind === 'choice' ? each.values : [each.low, each.high]]);
    assert.deepEqual(given, [
      ['rate', [0.0001, 0.01]],
      ['layers', [2, 8]],
      ['kind', ['a "b": # c']],
      ['1 odd/key', [1, 4]],
      ['no', ['']],
    ]);
  });
});
