import assert from 'node:assert/strict';
import { placeOfMlflowLink } from '../../../webviews/app/mlflowLink.ts';

describe("links that MLflow's clients print", () => {
  it('lead to the run', () => {
    assert.deepEqual(placeOfMlflowLink('#/experiments/1/runs/0af3'), { panel: 'run', runId: '0af3' });
  });

  it('lead to the experiment', () => {
    assert.deepEqual(placeOfMlflowLink('#/experiments/1'), { panel: 'experiments', experimentId: '1' });
  });

  it('are the only ones', () => {
    for (const hash of ['', '#', '#/models/x', '#/experiments/', '#/experiments/<img>']) {
      assert.equal(placeOfMlflowLink(hash), null);
    }
  });
});
