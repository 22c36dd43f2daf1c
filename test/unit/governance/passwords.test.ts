/** Passwords: what is kept of them, what somebody who tries learns, and how they are set. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { password } from '../../../protocol/model/password.ts';
import { Argon2Hasher } from '../../../server/adapters/passwords/argon2Hasher.ts';
import { Attempts } from '../../../server/domain/governance/attempts.ts';
import { Sessions } from '../../../server/domain/governance/sessions.ts';
import { createDomain, type Domain, eventually, person } from '../../harness/domain.ts';

const good = 'correct horse battery staple';
const other = 'purple monkey dishwasher ninety';

async function withPassword(domain: Domain, id = 'ada') {
  const call = await person(domain, id);
  await domain.passwords.setOwn({ current: '', password: good }, call);
  return call;
}
const from = (userId: string, text: string, address = '10.0.0.1') => ({ userId, password: text, address });

describe('the hash of a password', () => {
  const hasher = new Argon2Hasher();

  it('is Argon2id with the parameters of OWASP, salted, and right for its password alone', async () => {
    const [one, two] = [await hasher.make(good), await hasher.make(good)];
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.notEqual(one, two);
    assert.ok(await hasher.isRight(good, one));
    assert.ok(!(await hasher.isRight(`${good} `, one)));
    assert.ok(!(await hasher.isRight(good, null)));
    assert.ok(!(await hasher.isRight(good, 'no hash')));
    assert.ok(!hasher.isOutdated(one) && hasher.isOutdated(one.replace('m=19456', 'm=9216')));
  });

  it('is the same however the same characters are typed', async () => {
    assert.ok(await hasher.isRight('passe\u0301', await hasher.make('pass\u00e9')));
  });

  it('takes as long where there is none', async () => {
    const hash = await hasher.make(good);
    await hasher.isRight(good, null);
    const time = async (kept: string | null) => {
      const times: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        const began = performance.now();
        await hasher.isRight('wrong', kept);
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[3] ?? 0;
    };
    const [known, unknown] = [await time(hash), await time(null)];
    assert.ok(unknown > known / 3 && unknown < known * 3, `${known} and ${unknown} ms`);
  });
});

describe('a password', () => {
  it('is refused where others would guess it', () => {
    for (const text of ['short', 'aaaaaaaaaaaaaaaa', 'abcabcabcabcabc', 'password12345', 'x'.repeat(257)]) {
      assert.ok(!password.safeParse(text).success, text);
    }
    for (const text of [good, 'ä'.repeat(6) + 'öüßéñç', '密码密码一二三四五六七八'])
      assert.ok(password.safeParse(text).success, text);
  });

  it('signs its person in, and says the same of everything that is wrong', async () => {
    await using domain = await createDomain({ inMemory: true });
    await withPassword(domain);
    await person(domain, 'bob');
    await withPassword(domain, 'eve');
    await domain.accounts.update({ userId: 'eve', disabled: true }, domain.admin);
    await domain.sessions.createUser({ id: 'robot', name: 'Robot', kind: 'service' }, domain.admin);
    assert.equal(await domain.passwords.check(from('ada', good)), 'ada');
    const messages = new Set<string>();
    for (const [userId, text] of [
      ['ada', other],
      ['bob', good],
      ['eve', good],
      ['robot', good],
      ['nobody', good],
    ] as const) {
      await assert.rejects(domain.passwords.check(from(userId, text)), (error: Error & { reason?: string }) => {
        messages.add(`${error.reason} ${error.message}`);
        return error.reason === 'token-unknown';
      });
    }
    assert.equal(messages.size, 1);
  });

  it('is found nowhere in the database', async () => {
    await using domain = await createDomain();
    await withPassword(domain);
    const kept = await domain.store.read(({ credentials }) => credentials.password('ada'));
    assert.ok(!JSON.stringify(kept).includes('horse'));
    const events = await domain.events.list({ limit: 100 }, domain.admin);
    assert.ok(!JSON.stringify(events).includes('horse'));
  });

  it('is tried ever slower, from wherever, which is told; who is signed in there is not held up', async () => {
    await using domain = await createDomain({ inMemory: true });
    await withPassword(domain);
    const sessions = new Sessions({ store: domain.store, clock: domain.clock, feed: domain.hub });
    const use = { client: 'Firefox', address: '10.9.9.9' };
    await sessions.open('ada', { way: 'password', name: 'Browser', days: 7, use });
    for (let n = 0; n < 10; n += 1) {
      await assert.rejects(domain.passwords.check(from('ada', other, `10.0.0.${n}`)), { reason: 'token-unknown' });
    }
    await eventually(async () => {
      const events = await domain.events.list({ kinds: ['password'], limit: 10 }, domain.admin);
      const counts = events.filter(({ type }) => type === 'password.guessed').map(({ detail }) => detail.count);
      return counts.join() === '10,5';
    }, 'the tries are told of');
    const held = await Promise.allSettled(
      Array.from({ length: 8 }, () => domain.passwords.check(from('ada', other, '10.0.0.2'))),
    );
    const reasons = held.map((each) => (each.status === 'rejected' ? each.reason.reason : 'let in'));
    assert.deepEqual(reasons.filter((reason) => reason === 'rate-limited').length, 3, reasons.join());
    assert.equal(await domain.passwords.check(from('ada', good, use.address)), 'ada');
  });

  it('is changed with the present one alone, and ends the other sessions', async () => {
    await using domain = await createDomain({ inMemory: true });
    const ada = await withPassword(domain);
    const sessions = new Sessions({ store: domain.store, clock: domain.clock, feed: domain.hub });
    const session = { way: 'password', name: 'Browser', days: 7, use: { client: null, address: null } } as const;
    const [here, elsewhere] = [await sessions.open('ada', session), await sessions.open('ada', session)];
    const call = { ...ada, caller: await domain.access.authenticate(here) };
    const change = { current: other, password: other };
    await assert.rejects(domain.passwords.setOwn(change, call), { reason: 'invalid-input', field: 'current' });
    await domain.passwords.setOwn({ current: good, password: other }, call);
    await domain.access.authenticate(here);
    await assert.rejects(domain.access.authenticate(elsewhere), { reason: 'token-unknown' });
    assert.equal(await domain.passwords.check(from('ada', other)), 'ada');
    const own = { current: other, password: 'adaadaadaADA ada' };
    await assert.rejects(domain.passwords.setOwn(own, call), { reason: 'invalid-input', field: 'password' });
  });

  it('is set by a link that works once, for a day, and not after a newer one', async () => {
    await using domain = await createDomain({ inMemory: true });
    await person(domain, 'ada');
    assert.equal(await domain.passwords.isOffered(), false);
    const link = async () =>
      (await domain.accounts.resetPassword({ userId: 'ada' }, domain.admin)).path.replace(/.*code=/, '');
    const [first, second] = [await link(), await link()];
    assert.equal(await domain.passwords.isOffered(), true);
    assert.equal(await domain.passwords.setByLink(first, good), null);
    assert.equal((await domain.passwords.ownerOf(second))?.id, 'ada');
    const both = await Promise.allSettled([1, 2].map(() => domain.passwords.setByLink(second, good)));
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(await domain.passwords.setByLink(second, good), null);
    assert.equal(await domain.passwords.check(from('ada', good)), 'ada');
    const late = await link();
    domain.clock.offset = 24 * 60 * 60_000 + 1;
    assert.equal(await domain.passwords.ownerOf(late), null);
  });

  it('is given to no service account and to nobody who is disabled', async () => {
    await using domain = await createDomain({ inMemory: true });
    await domain.sessions.createUser({ id: 'robot', name: 'Robot', kind: 'service' }, domain.admin);
    const refused = { reason: 'wrong-state', field: 'userId' };
    await assert.rejects(domain.accounts.resetPassword({ userId: 'robot' }, domain.admin), refused);
  });
});

describe('wrong passwords', () => {
  it('are forgotten after a while, and hold up nobody at first', async () => {
    let now = 0;
    const attempts = new Attempts(() => now, { firstDelayMs: 40, longestDelayMs: 100 });
    for (let n = 0; n < 5; n += 1) attempts.wrong('ada');
    assert.equal(attempts.delayMs('ada'), 40);
    assert.equal(attempts.delayMs('bob'), 0);
    for (let n = 0; n < 5; n += 1) attempts.wrong('ada');
    assert.equal(attempts.delayMs('ada'), 100);
    await Promise.race([attempts.hold('bob'), delay(20).then(() => assert.fail('held up'))]);
    now = 16 * 60_000;
    assert.equal(attempts.delayMs('ada'), 0);
  });
});
