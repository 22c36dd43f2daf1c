/** A segment comes back bit for bit, whatever numbers are in it, and takes little space in a steady rhythm. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Columns } from '../../../server/adapters/sqlite/points/columns.ts';
import { decodeSegment, encodeSegment } from '../../../server/adapters/sqlite/points/segmentCodec.ts';

const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, Number.MAX_VALUE),
);
const integer = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 2 ** 50, -(2 ** 50), 2 ** 50 + 1, 2 ** 53, 2 ** 60),
);
const column = (number: fc.Arbitrary<number>, length: number) =>
  fc.array(number, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));

function segment(integers: fc.Arbitrary<number>): fc.Arbitrary<Columns> {
  return fc.integer({ min: 1, max: 60 }).chain((length) =>
    fc.record({
      steps: column(integers, length),
      timestamps: column(integers, length),
      values: column(anyNumber, length),
    }),
  );
}

function assertSame(actual: Columns, expected: Columns): void {
  for (const name of ['steps', 'timestamps', 'values'] as const) {
    const differing = expected[name].findIndex((value, index) => !Object.is(value, actual[name][index]));
    assert.equal(differing, -1, `${name}[${differing}]`);
    assert.equal(actual[name].length, expected[name].length);
  }
}

describe('segment codec', () => {
  for (const [name, integers] of [
    ['integers of any size', integer],
    ['small integers', fc.integer({ min: -2, max: 2 })],
    ['numbers that are no integers', fc.double({ noNaN: true }).map((value) => value + 0)],
  ] as const) {
    it(`gives back steps and times that are ${name}`, () => {
      fc.assert(
        fc.property(segment(integers), (columns) => {
          const encoded = encodeSegment(columns);
          // As a database hands it out: somewhere within a larger buffer.
          const data = new Uint8Array(encoded.data.length + 3).subarray(3);
          data.set(encoded.data);
          assertSame(decodeSegment({ codec: encoded.codec, data }, columns.steps.length), columns);
        }),
        { numRuns: 500 },
      );
    });
  }

  it('spends a few bytes on steps and times in a steady rhythm', () => {
    const steps = Float64Array.from({ length: 1000 }, (_, index) => 2 ** 32 + index * 10);
    const timestamps = Float64Array.from({ length: 1000 }, (_, index) => 1_700_000_000_000 + index * 250);
    const { data } = encodeSegment({ steps, timestamps, values: new Float64Array(1000) });
    assert.ok(data.length < 8000 + 40, `${data.length} bytes`);
  });

  it('refuses what it did not write', () => {
    const { data } = encodeSegment({
      steps: Float64Array.of(1, 2),
      timestamps: Float64Array.of(3, 4),
      values: Float64Array.of(5, 6),
    });
    assert.throws(() => decodeSegment({ codec: 4, data }, 2), /unknown way 4/);
    assert.throws(() => decodeSegment({ codec: 0, data: data.subarray(0, 10) }, 2), /ends before/);
    assert.throws(() => decodeSegment({ codec: 0, data: data.subarray(0, data.length - 1) }, 2), /ends before/);
    assert.throws(() => decodeSegment({ codec: 1, data }, 2), /ends before/);
  });
});
