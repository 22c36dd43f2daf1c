/** Page tokens lead on exactly, and a forged one is refused. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pointOf, tokenOf } from '../../../server/transport/mlflow/historyToken.ts';
import { MlflowError } from '../../../server/transport/mlflow/mlflowError.ts';
import { nextToken, offsetOf, tokenAt } from '../../../server/transport/mlflow/pageToken.ts';

describe('page tokens', () => {
  it('begin at the beginning', () => {
    assert.deepEqual([offsetOf(undefined), offsetOf('')], [0, 0]);
  });

  it('lead through everything once', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 60 }), (total, size) => {
        const seen: number[] = [];
        for (let token: string | undefined = tokenAt(0); token !== undefined; ) {
          const offset = offsetOf(token);
          const length = Math.min(size, total - offset);
          seen.push(...Array.from({ length }, (_, index) => offset + index));
          token = nextToken({ offset, length, total });
        }
        assert.deepEqual(
          seen,
          Array.from({ length: total }, (_, index) => index),
        );
      }),
    );
  });

  it('are read or refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), (token) => {
        try {
          assert.ok(Number.isSafeInteger(offsetOf(token)));
        } catch (error) {
          assert.ok(error instanceof MlflowError && error.code === 'INVALID_PARAMETER_VALUE');
        }
      }),
    );
  });

  it('of a history are the point that they were made of', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    const value = fc.oneof(
      fc.double().map((each) => each + 0),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.record({ step: number, timestamp: number, value }), (point) => {
        assert.deepEqual(pointOf(tokenOf(point)), { ...point });
      }),
    );
    assert.deepEqual([pointOf(undefined), pointOf('')], [undefined, undefined]);
  });

  it('of a history are read or refused, whatever they are', () => {
    const made = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    );
    fc.assert(
      fc.property(made, (token) => {
        try {
          const point = pointOf(token);
          assert.ok(point === undefined || Number.isFinite(point.step));
        } catch (error) {
          assert.ok(error instanceof MlflowError && error.code === 'INVALID_PARAMETER_VALUE');
        }
      }),
    );
  });
});
