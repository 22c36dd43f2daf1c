import assert from 'node:assert/strict';
import fc from 'fast-check';
import { partsOf, spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';

const hidden: readonly (readonly [string, string])[] = [
  ['report\u202Egpj.exe', 'report[U+202E]gpj.exe'],
  ['\u2066a\u2069', '[U+2066]a[U+2069]'],
  ['pay\u200Bpal', 'pay[U+200B]pal'],
  ['\uFEFFname', '[U+FEFF]name'],
  ['soft\u00ADhyphen', 'soft[U+00AD]hyphen'],
  ['\u3164', '[U+3164]'],
  ['a\u2028b\u2029c', 'a[U+2028]b[U+2029]c'],
  ['\u0000\u001b[31m\u007f', '[U+0000][U+001B][31m[U+007F]'],
  ['\u{E0041}tag', '[U+E0041]tag'],
  ['\uD800', '[U+D800]'],
  ['a\u200Db', 'a[U+200D]b'],
  ['\u200E\u200F\u061C', '[U+200E][U+200F][U+061C]'],
];

const plain = [
  'digits 3',
  'Größe 日本語 שלום العربية',
  '👩‍👩‍👧 family',
  '❤️‍🔥',
  '👩🏽‍🚀',
  'می‌خواهم',
  'क्‍ष',
  'two\nlines\tand a tab',
];

describe('text from outside', () => {
  for (const [text, shown] of hidden) {
    it(`spells out what is hidden in ${shown}`, () => {
      assert.equal(spellOut(text), shown);
      assert.equal(
        partsOf(text).some((part) => part.hidden),
        true,
      );
    });
  }

  for (const text of plain) it(`leaves "${text}" as it is`, () => assert.equal(spellOut(text), text));

  it('sets a name written from right to left apart inside a sentence, and no other', () => {
    assert.equal(spellOutWithin('שלום'), '\u2068שלום\u2069');
    assert.equal(spellOutWithin('\u202Eabc'), '[U+202E]abc');
    assert.equal(spellOutWithin('digits'), 'digits');
  });

  it('shows no control of direction, whatever the text, and loses nothing else', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\u202A', '\u202E', '\u2067', '\u200F', 'א', 'a', ' '),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      ),
    });
    fc.assert(
      fc.property(text, (value) => {
        assert.doesNotMatch(spellOut(value), /\p{Bidi_Control}/u);
        const rest = partsOf(value).filter((part) => !part.hidden);
        assert.equal(spellOut(rest.map((part) => part.text).join(' ')), rest.map((part) => part.text).join(' '));
      }),
    );
  });
});
