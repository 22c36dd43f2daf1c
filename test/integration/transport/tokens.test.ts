/** Trying tokens is slow, and a token that ends takes its open connections with it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { openClient } from '../../harness/client.ts';
import { ada, startEntrance } from '../../harness/entrance.ts';

const get = (url: string, token: string) =>
  fetch(`${url}/api/tiers`, { headers: { authorization: `Bearer ${token}` } });

describe('wrong tokens', () => {
  it('are refused every time, slower and slower, and told of in one line', async () => {
    const limits = { failures: { freeTries: 5, firstDelayMs: 5, longestDelayMs: 60, heldAtOnce: 10_000 } };
    const server = await startEntrance({}, { limits });
    const latencies: number[] = [];
    for (let attempt = 0; attempt < 14; attempt += 1) {
      const from = performance.now();
      const answer = await get(server.url, `wrong-${attempt}`);
      await answer.text();
      assert.equal(answer.status, 401);
      latencies.push(performance.now() - from);
    }
    assert.ok((latencies.at(-1) ?? 0) > 50, `the last took ${latencies.at(-1)} ms`);
    const many = await Promise.all(Array.from({ length: 300 }, (_, index) => get(server.url, `guess-${index}`)));
    assert.deepEqual(new Set(many.map(({ status }) => status)), new Set([401]));
    await server.stop();
    const warnings = server.log.lines.filter(({ message }) => message === 'Wrong tokens');
    assert.deepEqual(
      warnings.map(({ fields }) => fields),
      [{ count: 314, addresses: 1, most: '127.0.0.1' }],
    );
    assert.doesNotMatch(JSON.stringify(server.log.lines), /guess-|wrong-/, 'a token was logged');
  });

  it('do not slow down a right one from the same address', async () => {
    const limits = { failures: { freeTries: 1, firstDelayMs: 2000, longestDelayMs: 2000 } };
    await using server = await startEntrance({ session: { listUsers: async () => [] } }, { limits });
    await get(server.url, 'wrong');
    const from = performance.now();
    await using client = await openClient(server);
    await client.api.session.listUsers();
    assert.equal(
      (await fetch(`${server.url}/api/session/users`, { headers: { authorization: 'Bearer right' } })).status,
      200,
    );
    assert.ok(performance.now() - from < 1000);
  });

  it('are refused at once when too many are waiting', async () => {
    const limits = { failures: { freeTries: 1, firstDelayMs: 300, longestDelayMs: 300, heldAtOnce: 2 } };
    await using server = await startEntrance({}, { limits });
    await get(server.url, 'wrong');
    const answers = await Promise.all(Array.from({ length: 6 }, () => get(server.url, 'wrong')));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [401, 401, 429, 429, 429, 429]);
  });

  it('are slowed down on the sign-in form as well', async () => {
    const limits = { failures: { freeTries: 1, firstDelayMs: 80, longestDelayMs: 80 } };
    await using server = await startEntrance({}, { limits });
    const from = performance.now();
    const answer = await fetch(`${server.url}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'wrong' }),
      headers: { origin: server.url },
    });
    assert.equal(answer.status, 401);
    assert.ok(performance.now() - from >= 75);
  });
});

describe('tokens that end', () => {
  it('close their open sockets with 1008 and the reason', async () => {
    await using server = await startEntrance({}, { limits: { rpc: { recheckMs: 20 } } });
    server.access.callers.set('second', ada);
    await using stays = await openClient(server);
    await using leaves = await openClient({ url: server.url, token: 'second' });
    const closed = once(leaves.socket, 'close');
    server.access.callers.delete('second');
    const [code, reason] = (await closed) as [number, Buffer];
    assert.equal(code, 1008);
    assert.equal(reason.toString(), 'token-unknown');
    assert.equal(stays.socket.readyState, stays.socket.OPEN);
  });

  it('act with the rights they have now, not with those of the beginning', async () => {
    const names: string[] = [];
    await using server = await startEntrance(
      {
        session: {
          listUsers: async (_input, { caller }) => {
            names.push(caller.userName);
            return [];
          },
        },
      },
      { limits: { rpc: { recheckMs: 20 } } },
    );
    await using client = await openClient(server);
    server.access.callers.set('right', { ...ada, userName: 'Renamed', admin: false });
    const deadline = Date.now() + 3000;
    while (!names.includes('Renamed') && Date.now() < deadline) await client.api.session.listUsers();
    assert.ok(names.includes('Renamed'));
    await assert.rejects(client.api.session.createUser({ id: 'eve', name: 'Eve' }), /Administrators only/);
  });
});
