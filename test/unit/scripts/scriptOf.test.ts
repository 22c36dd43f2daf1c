import assert from 'node:assert/strict';
import { directionOf } from '../../../protocol/model/metricDirection.ts';
import { measuresTime } from '../../../protocol/model/metricWords.ts';
import { scriptOf } from '../../../protocol/model/script.ts';
import { isScript, mayBe, recordedScript } from '../../../server/domain/scripts/matchScript.ts';
import { primaryMetric } from '../../../server/domain/shared/primaryMetric.ts';

describe('which script a command runs', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['python3 train.py --epochs 5', 'train.py'],
    ['python -u ./src/train.py {rate}', 'src/train.py'],
    ['SEED=1 torchrun --nproc-per-node 2 "my scripts/fit model.py" --data x.py', 'my scripts/fit model.py'],
    ["python3 'it'\\''s.py'", 's.py'],
    ['python -m pkg.train --x', 'pkg/train.py'],
    ['Rscript fit.R', 'fit.R'],
    ['sh run.sh && true', 'run.sh'],
    ['papermill in.ipynb out.ipynb', 'in.ipynb'],
    ['echo hello', null],
    ['python3 --config.py', null],
    ['', null],
  ];
  for (const [command, script] of cases) {
    it(`${command || 'nothing'} runs ${script}`, () => assert.equal(scriptOf(command), script));
  }

  it('does not hang on a long command of quotes and backslashes', () => {
    const began = performance.now();
    scriptOf(`${'"\\'.repeat(10_000)} train.py`);
    assert.ok(performance.now() - began < 1000);
  });
});

describe('whether a recorded source is a script', () => {
  const launched = (name: string, folder = '') => ({ name, folder, launched: true });
  const logged = (name: string) => ({ name, folder: '', launched: false });

  it('takes the place of a launched run as exact', () => {
    assert.ok(isScript('train.py', launched('python3 train.py')));
    assert.ok(isScript('models/train.py', launched('python3 train.py', 'models')));
    assert.ok(isScript('train.py', launched('python3 ../train.py', 'models')));
    assert.ok(!isScript('train.py', launched('python3 train.py', 'models')));
    assert.ok(!isScript('models/train.py', launched('python3 train.py')));
  });

  it('compares what a client told from its end', () => {
    assert.ok(isScript('models/train.py', logged('/home/ada/demo/models/train.py')));
    assert.ok(isScript('models/train.py', logged('train.py')));
    assert.ok(isScript('models/train.py', logged('C:\\demo\\models\\train.py')));
    assert.ok(!isScript('models/train.py', logged('/home/ada/pretrain.py')));
    assert.ok(!isScript('train.py', logged('ipykernel_launcher')));
    assert.equal(recordedScript('./train.py'), 'train.py');
    assert.ok(!mayBe('train.py', 'echo hello'));
  });
});

describe('the metric that runs are judged by', () => {
  const used = (...keys: (readonly [string, number])[]) => keys.map(([key, runs]) => ({ key, runs }));

  it('is of unseen data and of success where there is one', () => {
    assert.equal(
      primaryMetric(used(['loss', 9], ['accuracy', 9], ['val_accuracy', 9], ['train_accuracy', 9])),
      'val_accuracy',
    );
    assert.equal(primaryMetric(used(['train_loss', 9], ['val_loss', 9])), 'val_loss');
  });

  it('is one that most runs have, and never a time', () => {
    assert.equal(primaryMetric(used(['accuracy', 2], ['loss', 9])), 'loss');
    assert.equal(primaryMetric(used(['seconds_per_epoch', 9], ['system/cpu', 9], ['loss', 5])), 'loss');
    assert.equal(primaryMetric(used(['system/cpu', 9])), null);
    assert.equal(primaryMetric([]), null);
  });

  it('is better lower for losses, errors and times', () => {
    assert.deepEqual(
      ['val_loss', 'RMSE', 'testError', 'seconds_per_epoch', 'wer'].map(directionOf),
      Array(5).fill('min'),
    );
    assert.deepEqual(['accuracy', 'f1', 'lossless', 'reward', 'timeliness'].map(directionOf), Array(5).fill('max'));
    assert.deepEqual(
      [measuresTime('seconds_per_epoch'), measuresTime('system/x'), measuresTime('loss')],
      [true, true, false],
    );
  });
});
