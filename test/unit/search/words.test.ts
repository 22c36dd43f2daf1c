import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { foldWord, partsIn, wordsIn } from '../../../server/domain/shared/words.ts';

const texts = (text: string) => wordsIn(text).map((word) => word.text);

describe('the words of a text', () => {
  for (const [text, words] of [
    ['loadDataFrame', ['loaddataframe', 'load', 'data', 'frame']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['load_data_frame', ['load', 'data', 'frame']],
    ['np.array(x)', ['np', 'array', 'x']],
    ['resnet50 v2', ['resnet50', 'v2']],
    ['Größe café', ['große', 'cafe']],
    ['ｆｕｌｌ', ['full']],
    ['机器学习ABC', ['机', '器', '学', '习', 'abc']],
    ['التنبؤ بالعملاء', ['التنبو', 'بالعملاء']],
    ['!?.,', []],
    ['a\0b', ['a', 'b']],
    ['x'.repeat(65), []],
  ] as const) {
    it(`of ${JSON.stringify(text.slice(0, 20))}`, () => assert.deepEqual(texts(text), words));
  }

  it('has parts of an identifier without the whole', () => {
    assert.deepEqual(partsIn('loadDataFrame'), ['load', 'data', 'frame']);
    assert.deepEqual(partsIn('model'), ['model']);
  });

  it('hold no sign that comes out of a letter', () => {
    assert.deepEqual(
      wordsIn('⑴ ⒇x').map(({ text }) => text),
      ['1', '20x'],
    );
  });

  it('stand where they say, folded, in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const { text: word, from, to } of wordsIn(text)) {
          assert.equal(foldWord(text.slice(from, to)), word);
          assert.match(word, /^[^\s"*()]+$/);
        }
      }),
    );
  });
});
