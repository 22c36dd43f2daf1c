import assert from 'node:assert/strict';
import { fileText, isSearched, largestFile, largestOf } from '../../../server/domain/search/fileText.ts';

const text = (path: string, content: string | Uint8Array) =>
  fileText({ path, blob: '0' }, typeof content === 'string' ? new TextEncoder().encode(content) : content);

describe('the text of a file', () => {
  it('is known by its kind and language', () => {
    assert.deepEqual([text('a/train.py', 'x')?.kind, text('a/train.py', 'x')?.lang], ['code', 'python']);
    assert.equal(text('README', 'x')?.kind, 'document');
    assert.equal(text('docs/a.md', 'x')?.kind, 'document');
    assert.equal(text('Makefile', 'x')?.lang, null);
  });

  it('is none of what is binary, and the rest of what is no UTF-8', () => {
    assert.equal(text('a.bin', new Uint8Array([1, 0, 2])), null);
    assert.match(text('a.py', new Uint8Array([0x61, 0xff, 0x62]))?.text ?? '', /^a\ufffdb$/);
  });

  it('is of a notebook its cells and what they put out', () => {
    const book = {
      cells: [
        { source: ['a\n', 'b'], outputs: [{ data: { 'text/plain': 'c', 'image/png': 'AAAA' } }, { evalue: 'd' }] },
      ],
    };
    assert.equal(text('n.ipynb', JSON.stringify(book))?.text, 'a\nb\n\nc\n\nd');
    for (const broken of ['{', '[]', '{"cells": 3}']) assert.equal(text('n.ipynb', broken), null);
    assert.equal(text('n.ipynb', '{"cells": [{"source": 3, "outputs": {}}, {}]}')?.text, '');
  });

  it('is not read where it is data, made by tools, or too long', () => {
    for (const path of ['a.csv', 'package-lock.json', 'x/vendor.min.js', 'a.LOG'])
      assert.equal(isSearched(path), false);
    assert.equal(isSearched('src/csv.py'), true);
    assert.equal(largestOf('a.py'), largestFile);
  });
});
