/** Page tokens of a search for runs lead on exactly, in their own search only, and forged ones are refused. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MlflowError } from '../../../server/transport/mlflow/mlflowError.ts';
import { readRunToken, writeRunToken } from '../../../server/transport/mlflow/runToken.ts';

const search = { experimentIds: ['1', '2'], filter: 'metrics.a > 1', orderBy: ['metrics.a DESC'], view: 'active' };

function isRefused(error: unknown): boolean {
  return error instanceof MlflowError && error.code === 'INVALID_PARAMETER_VALUE';
}

describe('page tokens of a search for runs', () => {
  it('begin at the beginning and end with none', () => {
    assert.deepEqual([readRunToken(undefined, search), readRunToken('', search)], [null, null]);
    assert.equal(writeRunToken(null, search), undefined);
  });

  it('give back any number and text', () => {
    const infinite = fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const value = fc.oneof(fc.double({ noNaN: true }), infinite, fc.string({ unit: 'grapheme' }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 22 }), (after) => {
        const read = readRunToken(writeRunToken(after, search), search);
        assert.deepEqual(
          read?.map((each) => (each === 0 ? 0 : each)),
          after.map((each) => (each === 0 ? 0 : each)),
        );
      }),
    );
  });

  it('do not lead on in another search', () => {
    const token = writeRunToken([1, 'r'], search);
    assert.deepEqual(
      readRunToken(token, { ...search, experimentIds: ['2', '1'] }),
      [1, 'r'],
      'whatever the order of ids',
    );
    const others = [
      { ...search, experimentIds: ['1'] },
      { ...search, filter: '' },
      { ...search, orderBy: [] },
      { ...search, view: 'all' },
    ];
    for (const other of others) assert.throws(() => readRunToken(token, other), isRefused);
  });

  it('are read or refused, whatever they are', () => {
    const forged = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc.constant(Buffer.from('{"offset": 5}').toString('base64url')),
    );
    fc.assert(
      fc.property(forged, (token) =>
        assert.ok(token === '' || assert.throws(() => readRunToken(token, search), isRefused) === undefined),
      ),
    );
  });
});
