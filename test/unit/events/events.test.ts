import assert from 'node:assert/strict';
import type { EventMessage, SubscribeInput } from '../../../protocol/events.ts';
import { recordWrongTokens } from '../../../server/domain/governance/wrongTokenRecord.ts';
import type { Call } from '../../../server/domain/shared/call.ts';
import { callOf, createDomain, type Domain, furnish, launchInput, person } from '../../harness/domain.ts';

type Subscription = AsyncDisposable & { next(): Promise<EventMessage> };

function subscribe(domain: Domain, input: SubscribeInput, { caller }: Call = domain.admin): Subscription {
  const stop = new AbortController();
  const stream = domain.events.subscribe(input, callOf(caller, stop.signal));
  return {
    async next() {
      const { value, done } = await stream.next();
      if (done || !value) throw new Error('the subscription has ended');
      return value;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await stream.return();
    },
  };
}

async function clocks(subscription: Subscription, count: number): Promise<readonly number[]> {
  const seen: number[] = [];
  while (seen.length < count) {
    const message = await subscription.next();
    if (message.kind === 'event') seen.push(message.event.clock);
  }
  return seen;
}

const clockOf = (domain: Domain) => domain.store.read(({ events }) => events.clock());
const rename = (domain: Domain, name: string, projectId = 'iris') =>
  domain.projects.update({ projectId, name }, domain.admin);

describe('events', () => {
  it('begin with where the log stands and go on with what happens', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    await using subscription = subscribe(domain, {});
    assert.deepEqual(await subscription.next(), { kind: 'ready', clock: await clockOf(domain) });
    await rename(domain, 'Iris');
    const message = await subscription.next();
    assert.equal(message.kind === 'event' && message.event.type, 'project.updated');
  });

  it('lose and double nothing between replay and live', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const start = await clockOf(domain);
    for (let index = 0; index < 20; index += 1) await rename(domain, `before ${index}`);
    await using subscription = subscribe(domain, { after: start });
    await subscription.next();
    const writing = (async () => {
      for (let index = 0; index < 40; index += 1) await rename(domain, `meanwhile ${index}`);
    })();
    const seen = await clocks(subscription, 60);
    await writing;
    assert.deepEqual(
      seen,
      Array.from({ length: 60 }, (_, index) => start + index + 1),
    );
  });

  it('miss nothing that happens between looking and waiting', async function () {
    this.timeout(5000);
    await using domain = await createDomain();
    await furnish(domain);
    const { hub } = domain;
    const look = hub.after.bind(hub);
    let isFirst = true;
    hub.after = async (clock) => {
      const seen = await look(clock);
      if (!isFirst) return seen;
      isFirst = false;
      const rung = listener.next();
      await rename(domain, 'just then');
      await rung;
      return seen;
    };
    const listener = hub.listen();
    await using subscription = subscribe(domain, {});
    await subscription.next();
    assert.equal((await subscription.next()).kind, 'event');
    listener.close();
  });

  it('replay more than is held in memory', async () => {
    await using domain = await createDomain({ inMemory: true });
    await furnish(domain);
    const start = await clockOf(domain);
    const event = { type: 'project.updated', actor: null, subject: { projectId: 'iris' }, at: 1 } as const;
    await domain.store.write(async ({ events }) => {
      for (let index = 0; index < 2600; index += 1) await events.append(event);
    });
    await using subscription = subscribe(domain, { after: start });
    await subscription.next();
    const seen = await clocks(subscription, 2600);
    assert.equal(new Set(seen).size, 2600);
    assert.equal(seen.at(-1), await clockOf(domain));
  });

  it('say that one must start over when what was missed is pruned, or never was', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    for (let index = 0; index < 5; index += 1) await rename(domain, `name ${index}`);
    const clock = await clockOf(domain);
    await domain.store.pruneEvents(clock);
    for (const after of [1, clock + 100]) {
      await using subscription = subscribe(domain, { after });
      assert.deepEqual(await subscription.next(), { kind: 'ready', clock });
      assert.deepEqual(await subscription.next(), { kind: 'reset', clock });
    }
  });

  it('show only what the caller may see, and from the moment on that they may', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    await furnish(domain, 'wine');
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'wine', userId: 'ada', role: 'viewer' }, domain.admin);
    await using subscription = subscribe(domain, {}, ada);
    await subscription.next();
    await rename(domain, 'hidden');
    await rename(domain, 'seen', 'wine');
    const seen = await subscription.next();
    assert.equal(seen.kind === 'event' && seen.event.subject.projectId, 'wine');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    await rename(domain, 'seen now');
    const kinds = [await subscription.next(), await subscription.next()].map(
      (message) => message.kind === 'event' && [message.event.type, message.event.subject.projectId],
    );
    assert.deepEqual(kinds, [
      ['project.member-changed', 'iris'],
      ['project.updated', 'iris'],
    ]);
  });

  it('tell of growing runs once for many', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const { id, experimentId } = await domain.runs.launch(launchInput(), domain.admin);
    await using subscription = subscribe(domain, {});
    await subscription.next();
    const run = { runId: id, experimentId, projectId: 'iris' };
    for (let index = 0; index < 1000; index += 1) domain.hub.touched(run);
    const message = await subscription.next();
    assert.deepEqual(message, { kind: 'touched', clock: await clockOf(domain), runs: [run] });
    domain.hub.touched({ ...run, projectId: 'elsewhere' });
    const ada = await person(domain, 'ada');
    await using hidden = subscribe(domain, {}, ada);
    await hidden.next();
    domain.hub.touched(run);
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    assert.equal((await hidden.next()).kind, 'event');
  });

  it('make a listener start over that did not look while thousands of runs grew', async () => {
    await using domain = await createDomain();
    await using subscription = subscribe(domain, {});
    await subscription.next();
    for (let index = 0; index < 3000; index += 1) {
      domain.hub.touched({ runId: `r${index}`, experimentId: '1', projectId: 'iris' });
    }
    assert.equal((await subscription.next()).kind, 'reset');
  });

  it('end when the token is revoked', async () => {
    await using domain = await createDomain();
    const ada = await person(domain, 'ada');
    await using subscription = subscribe(domain, {}, ada);
    await subscription.next();
    await domain.sessions.revokeToken({ tokenId: ada.caller.tokenId ?? '' }, domain.admin);
    await subscription.next();
    await assert.rejects(subscription.next(), { reason: 'token-unknown' });
  });

  it('end when the caller goes', async () => {
    await using domain = await createDomain();
    const stop = new AbortController();
    const stream = domain.events.subscribe({}, callOf(domain.admin.caller, stop.signal));
    await stream.next();
    const next = stream.next();
    stop.abort();
    assert.equal((await next).done, true);
  });

  it('are listed newest first, as far as the caller may see', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const ada = await person(domain, 'ada');
    await recordWrongTokens({ count: 12, addresses: 1, most: '127.0.0.1' }, domain);
    const listed = await domain.events.list({ limit: 3 }, domain.admin);
    assert.equal(listed[0]?.type, 'token.guessed');
    assert.deepEqual(
      listed.map(({ clock }) => clock),
      [...listed.map(({ clock }) => clock)].sort((a, b) => b - a),
    );
    const seen = await domain.events.list({ limit: 100 }, ada);
    assert.ok(seen.every(({ subject }) => subject.projectId === undefined));
    assert.ok(seen.every(({ type, subject }) => !type.startsWith('token.') || subject.userId === 'ada'));
    await assert.rejects(domain.events.list({ limit: 3, projectId: 'iris' }, ada), { reason: 'not-found' });
    await assert.rejects(domain.events.subscribe({ projectId: 'iris' }, ada).next(), { field: 'projectId' });
  });
});
