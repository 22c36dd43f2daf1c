import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseQuestion } from '../../../server/domain/search/parseQuestion.ts';

const question = (text: string) => parseQuestion(text).question;
const word = (text: string, prefix = false) => ({ words: [text], prefix });

describe('what a person asks', () => {
  it('is words, of which the last may only be begun', () => {
    assert.deepEqual(question('early stop').include, [word('early'), word('stop', true)]);
    assert.deepEqual(question('early stop ').include, [word('early'), word('stop')]);
    assert.deepEqual(question('gr* x').include, [word('gr', true), word('x')]);
  });

  it('is phrases, also while they are typed, and names in code', () => {
    assert.deepEqual(question('"early stopping"').include, [{ words: ['early', 'stopping'], prefix: false }]);
    assert.deepEqual(question('"early stop').include, [{ words: ['early', 'stop'], prefix: false }]);
    assert.deepEqual(question('loadDataFrame ').include, [{ words: ['load', 'data', 'frame'], prefix: false }]);
    assert.deepEqual(question('np.load_all ').include, [{ words: ['np', 'load', 'all'], prefix: false }]);
    assert.deepEqual(question('pd.readCsv ').include, [word('pd'), { words: ['read', 'csv'], prefix: false }]);
  });

  it('is filters, and what is left out', () => {
    const { include, exclude, filters } = question('loss -dropout kind:runs -lang:r owner:"Ada L" metric:val/acc>=0.9');
    assert.deepEqual([include, exclude], [[word('loss')], [word('dropout')]]);
    assert.deepEqual(filters, [
      { field: 'kind', excluded: false, value: 'run' },
      { field: 'lang', excluded: true, value: 'r' },
      { field: 'owner', excluded: false, value: 'ada l' },
      { field: 'metric', excluded: false, name: 'val/acc', operator: '>=', value: 0.9 },
    ]);
    assert.deepEqual(question('metric:"val acc" < -1e3').filters, [
      { field: 'metric', excluded: false, name: 'val acc', operator: '<', value: -1000 },
    ]);
  });

  it('takes other fields and operators as text', () => {
    assert.deepEqual(question('body:x AND y ').include, [
      { words: ['body', 'x'], prefix: false },
      word('and'),
      word('y'),
    ]);
    assert.deepEqual(question('a < b > c ').include, [word('a'), word('b'), word('c')]);
  });

  for (const [text, message] of [
    ['kind:banana', /no kind "banana"/],
    ['metric:accuracy', /needs a comparison/],
    ['metric:accuracy>high', /needs a comparison/],
    ['project:', /project: needs a value/],
  ] as const) {
    it(`refuses ${text} and says what could be written`, () => {
      assert.throws(
        () => parseQuestion(text),
        (error: { field?: string; remedy?: string; message: string }) => {
          assert.match(error.message, message);
          assert.equal(error.field, 'text');
          assert.match(error.remedy ?? '', /Write it as: /);
          return true;
        },
      );
    });
  }

  it('gives a question or a refusal for any text at all', function () {
    this.timeout(20_000);
    const piece = fc.oneof(
      fc.constantFrom('"', '-', 'metric:', 'kind:', 'run', '>', '<=', '0.5', ' ', '*', '(', '\0', '\ud800', 'a'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          const { include, exclude } = question(pieces.join(''));
          for (const { words } of [...include, ...exclude]) assert.ok(words.length > 0);
        } catch (error) {
          assert.equal((error as { reason?: string }).reason, 'invalid-input');
        }
      }),
      { numRuns: 200 },
    );
  });
});
