/** LIKE in memory, against the meaning spelled as a regular expression, and in bounded time. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesILike, matchesLike } from '../../../server/domain/tracking/filter/like.ts';
import { matchesFilter } from '../../../server/domain/tracking/filter/matches.ts';
import { parseFilter } from '../../../server/domain/tracking/filter/parseFilter.ts';

describe('matchesLike', () => {
  it('agrees with the regular expression of the pattern', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '%', '_', '✓') });
    fc.assert(
      fc.property(text, text, (value, pattern) => {
        const source = [...pattern].map((c) =>
          c === '%' ? '[^]*' : c === '_' ? '[^]' : `\\u{${c.codePointAt(0)?.toString(16)}}`,
        );
        assert.equal(matchesLike(value, pattern), new RegExp(`^${source.join('')}$`, 'u').test(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('forgets case in ILIKE alone', () => {
    assert.equal(matchesLike('Tree', 't%'), false);
    assert.equal(matchesILike('Tree', 't%'), true);
  });

  it('takes little time for a hostile pattern', () => {
    const started = performance.now();
    assert.equal(matchesLike('a'.repeat(8000), `${'%a'.repeat(2500)}b`), false);
    assert.ok(performance.now() - started < 2000);
  });
});

describe('matchesFilter', () => {
  const run: Readonly<Record<string, string | number>> = {
    'metric.a': 2,
    'parameter.m': 'Tree',
    'attribute.run_id': 'r1',
  };
  const holds = (filter: string) => matchesFilter(parseFilter(filter), ({ entity, key }) => run[`${entity}.${key}`]);

  it('compares numbers, texts and lists', () => {
    for (const filter of ['metrics.a >= 2', "params.m = 'Tree'", "params.m ILIKE 'tr__'", "run_id IN ('r1')", '']) {
      assert.equal(holds(filter), true, filter);
    }
    for (const filter of [
      'metrics.a > 2',
      "params.m = 'tree'",
      "run_id NOT IN ('r1')",
      "metrics.a = 2 AND params.m != 'Tree'",
    ]) {
      assert.equal(holds(filter), false, filter);
    }
  });

  it('matches nothing by what is not there, not even by difference', () => {
    assert.equal(holds("params.other != 'x'"), false);
    assert.equal(holds('metrics.other != 1'), false);
  });
});
