import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readRange } from '../../../server/transport/rest/range.ts';
import { SessionCookie } from '../../../server/transport/web/sessionCookie.ts';
import { SignInCodes } from '../../../server/transport/web/signInCodes.ts';
import { ada } from '../../harness/entrance.ts';

const day = 86_400_000;

function requestWith(setCookie: string) {
  return { headers: { cookie: `other=1; ${setCookie.split(';', 1)[0]}` } };
}

describe('session cookie', () => {
  const key = randomBytes(32);
  const clock = { at: 1000 };
  const cookieOf = (options: { key: Buffer; serverId: string }) =>
    new SessionCookie({ ...options, now: () => clock.at });
  const cookie = cookieOf({ key, serverId: 'a' });

  it('gives the secret back for a week, also to the next start of the server', () => {
    const request = requestWith(cookie.open('fw_secret'));
    assert.equal(cookie.read(request), 'fw_secret');
    assert.equal(cookieOf({ key, serverId: 'a' }).read(request), 'fw_secret');
    clock.at += 7 * day;
    assert.equal(cookie.read(request), null);
  });

  it('hides the secret and is never the same twice', () => {
    const first = cookie.open('fw_secret');
    assert.ok(!Buffer.from(first, 'base64url').includes('fw_secret') && !first.includes('fw_secret'));
    assert.notEqual(first, cookie.open('fw_secret'));
  });

  it('is worth nothing elsewhere', () => {
    const request = requestWith(cookie.open('fw_secret'));
    assert.equal(cookieOf({ key: randomBytes(32), serverId: 'a' }).read(request), null);
    assert.equal(cookieOf({ key, serverId: 'b' }).read(request), null);
  });

  it('ends when signed out', () => {
    const request = requestWith(cookie.open('fw_secret'));
    assert.match(cookie.close(request), /Max-Age=0/);
    assert.equal(cookie.read(request), null);
  });
});

describe('sign-in codes', () => {
  it('work once and for ten minutes', () => {
    const clock = { at: 0 };
    const codes = new SignInCodes(() => clock.at);
    const code = codes.issue(ada);
    assert.equal(codes.redeem(code), ada);
    assert.equal(codes.redeem(code), null);
    const late = codes.issue(ada);
    clock.at += 10 * 60_000;
    assert.equal(codes.redeem(late), null);
    assert.equal(codes.redeem('guess'), null);
  });
});

describe('readRange', () => {
  const cases: readonly (readonly [string | undefined, object | null])[] = [
    [undefined, null],
    ['bytes=0-', { from: 0, bytes: 100 }],
    ['bytes=10-19', { from: 10, bytes: 10 }],
    ['bytes=90-1000', { from: 90, bytes: 10 }],
    ['bytes=-5', { from: 95, bytes: 5 }],
    ['bytes=-500', { from: 0, bytes: 100 }],
    ['bytes=-', null],
    ['bytes=0-1,5-6', null],
    ['lines=1-2', null],
  ];
  for (const [header, expected] of cases) {
    it(`reads ${header}`, () => assert.deepEqual(readRange(header, 100), expected));
  }
  it('refuses what lies beyond the file', () => assert.throws(() => readRange('bytes=100-', 100), /100 bytes/));
});
