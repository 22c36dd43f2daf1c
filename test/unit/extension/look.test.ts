import assert from 'node:assert/strict';
import { ClientError } from '../../../client/clientError.ts';
import { likelyFirst } from '../../../extension/connection/likelyFirst.ts';
import { runCommandOf } from '../../../extension/features/launch/runCommand.ts';
import { formatDuration } from '../../../extension/features/runs/runLook.ts';
import { failureOf, isCancelled, sentenceOf } from '../../../extension/platform/failure.ts';

describe('words and order in the editor', () => {
  it('writes durations in their two greatest units', () => {
    const written = [0, 850, 12_400, 200_000, 3_600_000, 18_130_000, 190_000_000].map(formatDuration);
    assert.deepEqual(written, ['0 ms', '850 ms', '12s', '3m 20s', '1h', '5h 2m', '2d 4h']);
  });

  it('puts likely scripts first, tests and packaging last', () => {
    const paths = ['tests/test_train.py', 'a.py', 'src/train_model.py', 'train.py', 'setup.py', 'src/lib/deep.py'];
    assert.deepEqual(likelyFirst(paths), [
      'train.py',
      'src/train_model.py',
      'a.py',
      'src/lib/deep.py',
      'tests/test_train.py',
      'setup.py',
    ]);
  });

  it('quotes a path that a shell would take apart', () => {
    assert.equal(runCommandOf('src/train.py'), 'python3 src/train.py');
    assert.equal(runCommandOf("it's $(here).py"), "python3 'it'\\''s $(here).py'");
    assert.equal(runCommandOf('fit.R'), 'Rscript fit.R');
    assert.equal(runCommandOf('-c.py'), "python3 './-c.py'".replaceAll("'", ''));
  });

  it('reads reason and remedy from any error that has them', () => {
    const client = new ClientError('offline', 'Not connected.', { remedy: 'Wait.' });
    assert.deepEqual(failureOf(client), { message: 'Not connected.', reason: 'offline', remedy: 'Wait.' });
    const wire = Object.assign(new Error('No such run.'), { data: { reason: 'not-found' } });
    assert.equal(sentenceOf(failureOf(wire)), 'No such run');
    assert.equal(failureOf('text').reason, null);
    assert.ok(isCancelled(new ClientError('cancelled', 'Cancelled.')));
    assert.ok(!isCancelled(wire));
  });
});
