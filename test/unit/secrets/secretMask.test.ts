import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SecretMask } from '../../../server/domain/secrets/secretMask.ts';
import { valueForms } from '../../../server/domain/secrets/valueForms.ts';

function maskedIn(mask: SecretMask, pieces: readonly (string | Uint8Array)[]): string {
  const out = pieces.map((piece) => Buffer.from(mask.push(Buffer.from(piece))));
  return Buffer.concat([...out, mask.flush()]).toString('latin1');
}

const maskOf = (...values: readonly string[]) => new SecretMask(values.flatMap(valueForms));

describe('the mask of secrets', () => {
  it('hides a value wherever it is cut, and leaves as many bytes', () => {
    const text = 'before s3cret-value after';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const out = maskedIn(maskOf('s3cret-value'), [text.slice(0, cut), text.slice(cut)]);
      assert.equal(out, 'before ************ after', `cut at ${cut}`);
    }
  });

  it('hides what is known of a value at the end of the output', () => {
    assert.equal(maskedIn(maskOf('s3cret-value'), ['the s3cret-']), 'the *******');
    assert.equal(maskedIn(maskOf('s3cret-value'), ['the s3']), 'the s3');
  });

  it('hides it in base64 at each place of a group, in JSON, and in an address', () => {
    const value = 'pa"ss/wörd & more';
    const mask = () => maskOf(value);
    for (const before of ['', 'u', 'us', 'user:']) {
      for (const after of ['', '\n', '&x', '===']) {
        const encoded = Buffer.from(`${before}${value}${after}`).toString('base64');
        const out = maskedIn(mask(), [encoded]);
        assert.equal(out.length, encoded.length);
        const left = out.replaceAll('*', '');
        assert.ok(
          left.length <= 4 + Math.ceil(((before.length + after.length) * 4) / 3) + 4,
          `${before}|${after}: ${out}`,
        );
      }
    }
    assert.match(maskedIn(mask(), [JSON.stringify({ value })]), /^{"value":"\*+"}$/);
    assert.match(maskedIn(mask(), [`?token=${encodeURIComponent(value)}&a=1`]), /^\?token=\*+&a=1$/);
  });

  it('hides each line of a key of many lines', () => {
    const key = '-----BEGIN KEY-----\nabcdefghij\nklmnopqrst\n-----END KEY-----\n';
    assert.equal(maskedIn(maskOf(key), ['  klmnopqrst\r\n']), '  **********\r\n');
  });

  it('says the same of any text however it is cut, and never a secret', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 8, maxLength: 10 });
    const text = fc.array(fc.oneof(letters, fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 6 })));
    const cutsIn = fc.array(fc.nat(60), { maxLength: 6 });
    fc.assert(
      fc.property(fc.tuple(letters, letters), text, cutsIn, ([one, two], words, cuts) => {
        const all = [...words, one, ...words, two].join('');
        const at = [0, ...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
        const pieces = at.slice(1).map((end, index) => all.slice(at[index], end));
        const out = maskedIn(maskOf(one, two), pieces);
        assert.equal(out.length, all.length);
        assert.ok(!out.includes(one) && !out.includes(two));
        assert.ok([...out].every((letter, index) => letter === '*' || letter === all[index]));
      }),
    );
  });
});
