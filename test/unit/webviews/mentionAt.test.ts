import assert from 'node:assert/strict';
import { completed, mentionAt, peopleFor } from '../../../webviews/ui/comments/mentionAt.ts';

const people = [
  { id: 'ada', name: 'Ada Lovelace' },
  { id: 'bob', name: 'Bob Adams' },
  { id: 'eve', name: 'Eve' },
];

describe('completing a mention', () => {
  for (const [text, found] of [
    ['@', ''],
    ['hi @ad', 'ad'],
    ['(@Lo', 'Lo'],
    ['ada@ex', null],
    ['@ada ', null],
    ['', null],
  ] as const) {
    it(`finds ${JSON.stringify(found)} in ${JSON.stringify(text)}`, () => {
      assert.equal(mentionAt(text, text.length)?.typed ?? null, found);
    });
  }

  it('offers whose id or a name begins so, by either', () => {
    const ids = (typed: string) => peopleFor({ from: 0, typed }, people).map(({ id }) => id);
    assert.deepEqual(ids('ad'), ['ada', 'bob']);
    assert.deepEqual(ids('love'), ['ada']);
    assert.deepEqual(ids('ob'), ['bob']);
    assert.deepEqual(ids(''), ['ada', 'bob', 'eve']);
    assert.deepEqual(ids('zz'), []);
  });

  it('puts the id in place of what was typed, and the caret behind it', () => {
    const mention = mentionAt('ask @lo, please', 7);
    assert.ok(mention);
    assert.deepEqual(completed('ask @lo, please', mention, { id: 'ada', name: '' }), {
      text: 'ask @ada , please',
      caret: 9,
    });
  });
});
