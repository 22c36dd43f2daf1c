import assert from 'node:assert/strict';
import { snippetsOf } from '../../../server/adapters/sqlite/search/snippets.ts';

const term = (words: string, prefix = false) => ({ words: words.split(' '), prefix });
const shown = (text: string, ...terms: ReturnType<typeof term>[]) =>
  snippetsOf(text, terms).map(({ line, text: part, marks }) => [
    line,
    marks.map(({ from, to }) => part.slice(from, to)),
  ]);

describe('the lines that say why', () => {
  it('are those with most of the words, in their order', () => {
    const text = 'loss\nearly\n\nearly loss\nloss\nloss early x';
    assert.deepEqual(shown(text, term('early'), term('loss')), [
      [1, ['loss']],
      [4, ['early', 'loss']],
      [6, ['loss', 'early']],
    ]);
  });

  it('mark parts of names, phrases and beginnings', () => {
    assert.deepEqual(shown('  def loadDataFrame(x)', term('data frame')), [[1, ['DataFrame']]]);
    assert.deepEqual(shown('Resnet50 and Größe', term('resn', true), term('große')), [[1, ['Resnet50', 'Größe']]]);
  });

  it('are the first where the words stand elsewhere, and none of nothing', () => {
    assert.deepEqual(shown('\n\nfirst\nsecond', term('absent')), [[3, []]]);
    assert.deepEqual(shown('', term('absent')), []);
  });

  it('show the mark of a very long line', () => {
    const [[, marks] = []] = shown(`${'x '.repeat(5000)}needle${' y'.repeat(5000)}`, term('needle'));
    assert.deepEqual(marks, ['needle']);
  });
});
