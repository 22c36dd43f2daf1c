import assert from 'node:assert/strict';
import { anchorOf } from '../../../extension/features/comments/anchor.ts';

const place = (line: number, quote: string) => ({ line, quote, commit: null });

describe('the place of a comment in code', () => {
  const lines = ['import os', '', 'def fit(x):', '    return x', '', 'def fit(y):', '    return x'];
  for (const [what, at, expected] of [
    ['where it was', place(3, 'def fit(x):'), { line: 2, isGone: false }],
    ['where the line went', place(1, '    return x'), { line: 3, isGone: false }],
    ['the nearest of two', place(6, 'return x'), { line: 6, isGone: false }],
    ['its old place when the line is gone', place(4, 'return y'), { line: 3, isGone: true }],
    ['the end of a file that became short', place(90, 'gone'), { line: 6, isGone: true }],
    ['an empty line as it is', place(2, '   '), { line: 1, isGone: false }],
    ['the top without any place', null, { line: 0, isGone: false }],
  ] as const) {
    it(`is ${what}`, () => assert.deepEqual(anchorOf(at, lines), expected));
  }

  it('is the top of an empty file', () => assert.deepEqual(anchorOf(place(3, 'x'), []), { line: 0, isGone: true }));
});
