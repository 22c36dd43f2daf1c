/** Addresses of the artifact proxy, decoded once and then taken or refused. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkedPath, decodePath, placeOf } from '../../../server/transport/mlflow/artifactPath.ts';
import { MlflowError } from '../../../server/transport/mlflow/mlflowError.ts';

const invalid = (error: unknown) => error instanceof MlflowError && error.code === 'INVALID_PARAMETER_VALUE';

describe('artifactPath', () => {
  it('finds run or model, and path', () => {
    const run = { experimentId: '3', owner: { kind: 'run', id: 'abc' } };
    assert.deepEqual(placeOf('3/abc/artifacts/a b/c.txt'), { ...run, path: 'a b/c.txt' });
    assert.deepEqual(placeOf('3/abc/artifacts'), { ...run, path: '' });
    const model = { experimentId: '3', owner: { kind: 'model', id: 'm-1' } };
    assert.deepEqual(placeOf('3/models/m-1/artifacts/MLmodel'), { ...model, path: 'MLmodel' });
    assert.deepEqual(placeOf('3/models/m-1/artifacts'), { ...model, path: '' });
    // Without a model's id it is no model, and no run has that id.
    assert.throws(() => placeOf('3/models/artifacts'), invalid);
    assert.throws(() => placeOf('3/models/artifacts/x'), invalid);
  });

  it('decodes once', () => {
    assert.equal(decodePath('a%20b/%C3%A9'), 'a b/é');
    assert.equal(decodePath('%252e%252e'), '%2e%2e');
    for (const raw of ['%', '%zz', '%c0%ae', '%ff']) assert.throws(() => decodePath(raw), invalid, raw);
  });

  for (const path of [
    '../x',
    'a/../b',
    './x',
    '/etc',
    'a//b',
    'a/',
    'a\\b',
    'C:x',
    'a\0b',
    'a/.',
    'dot.',
    'space ',
    'x'.repeat(4097),
  ]) {
    it(`refuses ${JSON.stringify(path.slice(0, 20))}`, () => {
      assert.throws(() => checkedPath(path), invalid);
      assert.throws(() => placeOf(`0/run/artifacts/${path}`), invalid);
      assert.throws(() => placeOf(`0/models/m-1/artifacts/${path}`), invalid);
    });
  }

  for (const path of ['', '0', '0/run', '0/run/elsewhere/x', '.', 'models/m-1/artifacts'.replace('artifacts', 'x')]) {
    it(`knows no run at ${JSON.stringify(path)}`, () => assert.throws(() => placeOf(path), invalid));
  }

  it('never lets anything out of the run', () => {
    const part = fc.constantFrom('..', '.', '%2e', '/', '\\', 'a', '%2f', '%', '\0', ' ', 'artifacts', '0', '~', ':');
    fc.assert(
      fc.property(fc.constantFrom('run', 'models/m-1'), fc.array(part, { maxLength: 12 }), (owner, parts) => {
        try {
          const { path } = placeOf(decodePath(`0/${owner}/artifacts/${parts.join('')}`));
          assert.ok(
            path.split('/').every((each) => each !== '..' && each !== '.' && !/[\\:\0]/.test(each)),
            path,
          );
        } catch (error) {
          assert.ok(invalid(error), String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
