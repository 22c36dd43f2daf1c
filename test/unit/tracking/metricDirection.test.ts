/** Which end of a metric is best, by its name and by what an experiment says. */
import assert from 'node:assert/strict';
import { directionOf, taggedDirection } from '../../../protocol/model/metricDirection.ts';

describe('directionOf', () => {
  const low = [
    'loss',
    'val_loss',
    'valLoss',
    'train/loss',
    'eval.RMSE',
    'mean_absolute_error',
    'perplexity',
    'WER',
    'test-mae2',
    'epoch time',
  ];
  const high = [
    'accuracy',
    'f1',
    'auc',
    'r2',
    'bleu',
    'neg_log_loss',
    'neg_mean_squared_error',
    'closseness',
    'reward',
    '',
    '✓',
  ];
  for (const key of low) it(`prefers ${JSON.stringify(key)} low`, () => assert.equal(directionOf(key), 'min'));
  for (const key of high) it(`prefers ${JSON.stringify(key)} high`, () => assert.equal(directionOf(key), 'max'));

  it('is overruled by a tag that says min or max', () => {
    const tags = {
      'flywheel.direction.loss': 'max',
      'flywheel.direction.acc': 'up',
      'flywheel.direction.constructor': 'min',
    };
    assert.deepEqual(
      ['loss', 'acc', 'other', 'constructor', '__proto__'].map((key) => taggedDirection(tags, key)),
      ['max', undefined, undefined, 'min', undefined],
    );
  });
});
