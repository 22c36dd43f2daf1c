/** A stretch of groups and members, against the whole list written out. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type OpenGroup, rowCount, segmentsOf } from '../../../webviews/panels/experiments/groupSegments.ts';

/** Every row by what it is. */
function written(open: readonly OpenGroup[], groups: number): string[] {
  const rows: string[] = [];
  for (let group = 0; group < groups; group += 1) {
    rows.push(`group ${group}`);
    const members = open.find(({ index }) => index === group)?.runs ?? 0;
    for (let member = 0; member < members; member += 1) rows.push(`member ${group} ${member}`);
  }
  return rows;
}

const grouping = fc.integer({ min: 1, max: 12 }).chain((groups) =>
  fc.record({
    groups: fc.constant(groups),
    open: fc
      .uniqueArray(fc.record({ index: fc.nat({ max: groups - 1 }), runs: fc.integer({ min: 1, max: 5 }) }), {
        selector: ({ index }) => index,
      })
      .map((list) => list.sort((one, other) => one.index - other.index)),
  }),
);

describe('segments of a grouped table', () => {
  it('name exactly the rows of any stretch, in order', () => {
    fc.assert(
      fc.property(grouping, fc.nat({ max: 80 }), fc.integer({ min: 1, max: 30 }), ({ groups, open }, offset, limit) => {
        const rows = segmentsOf(open, groups, { offset, limit }).flatMap((segment) =>
          Array.from({ length: segment.limit }, (_, at) =>
            segment.kind === 'groups'
              ? `group ${segment.offset + at}`
              : `member ${segment.index} ${segment.offset + at}`,
          ),
        );
        assert.deepEqual(rows, written(open, groups).slice(offset, offset + limit));
        assert.equal(rowCount(open, groups), written(open, groups).length);
      }),
    );
  });
});
