/** What can be said of the data of a run made again. */
import assert from 'node:assert/strict';
import { compareData } from '../../../server/domain/runs/dataVersions.ts';

const train = { name: 'train', digest: 'a1' };
const test = { name: 'test', digest: 'b1' };

describe('data versions of a run made again', () => {
  it('are the same when names and digests are, in whatever order', () => {
    const verdict = compareData([train, test], [test, train]);
    assert.deepEqual(verdict, { what: 'data', text: 'train a1, test b1' });
  });

  it('differ by digest, by a dataset less and by one more', () => {
    const verdict = compareData(
      [train, test],
      [
        { name: 'train', digest: 'a2' },
        { name: 'extra', digest: 'c1' },
      ],
    );
    assert.equal('kind' in verdict && verdict.kind, 'differs');
    assert.equal(verdict.text, 'Other data: train a2 instead of a1, test is not used any more, extra is new.');
  });

  it('names a few of very many', () => {
    const many = Array.from({ length: 300 }, (_, at) => ({ name: `set-${at}`, digest: 'x' }));
    assert.match(compareData(many, [train]).text, /set-4 is not used any more and 296 more\.$/);
  });

  it('are unknown when either logged none, or may still log some', () => {
    for (const [before, now] of [
      [[], null],
      [[], [train]],
      [[train], []],
      [[train], null],
    ] as const) {
      const verdict = compareData(before, now);
      assert.equal('kind' in verdict && verdict.kind, 'unknown');
    }
    assert.match(compareData([train], null).text, /train a1/);
  });

  it('takes two versions of one name together', () => {
    const other = { name: 'train', digest: 'a2' };
    assert.ok(!('kind' in compareData([train, other], [other, train])));
  });
});
