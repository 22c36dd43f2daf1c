import assert from 'node:assert/strict';
import { mentionsIn } from '../../../server/domain/comments/mentions.ts';

describe('mentions', () => {
  for (const [text, ids] of [
    ['@ada look', ['ada']],
    ['Thanks, @ada-lovelace! And (@bob).', ['ada-lovelace', 'bob']],
    ['@ada @ada', ['ada']],
    ['ada@example.com', []],
    ['a decorator `@ada` in code', []],
    ['```\n@ada\n``` and @bob', ['bob']],
    ['```\n@ada never closed', []],
    ['@Ada', []],
    ['@ada@home', []],
    ['@', []],
    ['npm i @ada/tools', ['ada']],
  ] as const) {
    it(`finds ${ids.join(', ') || 'nobody'} in ${JSON.stringify(text)}`, () => assert.deepEqual(mentionsIn(text), ids));
  }

  it('tells no more people than fifty', () => {
    assert.equal(mentionsIn(Array.from({ length: 80 }, (_, index) => `@p${index}`).join(' ')).length, 50);
  });
});
