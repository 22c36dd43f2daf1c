import assert from 'node:assert/strict';
import { fromCursor, toCursor } from '../../../server/domain/runs/runCursor.ts';

describe('run cursor', () => {
  it('leads back to its position', () => {
    const position = { createdAt: 1_790_000_000_000, id: 'a_b-C1' };
    assert.deepEqual(fromCursor(toCursor(position)), position);
  });

  it('refuses what it did not make', () => {
    for (const cursor of [
      '',
      'x',
      '!!',
      Buffer.from('1').toString('base64url'),
      Buffer.from('x y').toString('base64url'),
    ]) {
      assert.throws(() => fromCursor(cursor), { reason: 'invalid-page-token', field: 'cursor' });
    }
  });
});
