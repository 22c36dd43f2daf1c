import assert from 'node:assert/strict';
import { readCredential } from '../../../server/transport/http/credential.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('readCredential', () => {
  const cases: readonly (readonly [string, string | undefined, string | null])[] = [
    ['no header', undefined, null],
    ['a bearer token', 'Bearer fw_abc', 'fw_abc'],
    ['the scheme in any case', 'bEaReR fw_abc', 'fw_abc'],
    ['the password of Basic', basic('git:fw_abc'), 'fw_abc'],
    ['a lone user name', basic('fw_abc:'), 'fw_abc'],
    ['Basic without a colon', basic('fw_abc'), 'fw_abc'],
    ['a password with colons', basic('git:a:b'), 'a:b'],
    ['an empty token', 'Bearer ', null],
    ['an empty Basic', basic(':'), null],
    ['another scheme', 'Digest fw_abc', null],
    ['two tokens', 'Bearer fw_abc fw_def', null],
    ['a token of absurd length', `Bearer ${'x'.repeat(513)}`, null],
  ];
  for (const [name, authorization, expected] of cases) {
    it(`reads ${name}`, () => assert.equal(readCredential({ headers: { authorization } }), expected));
  }
});
