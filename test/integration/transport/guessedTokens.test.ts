/** Ten thousand wrong tokens from a thousand addresses of this machine, against the real server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { openStore } from '../../../server/adapters/sqlite/openStore.ts';
import { skip } from '../../harness/reporter.ts';
import { dataFolder, startServer, type TestServer } from '../../harness/server.ts';

const guesses = 10_000;
const addresses = 1000;
/** More than are answered without delay. */
const stubborn = 14;

/** All of 127.0.0.0/8 is this machine on Linux; elsewhere only 127.0.0.1 is. */
async function hasManyAddresses(): Promise<boolean> {
  const server = createServer().listen(0, '127.0.9.9');
  const [error] = await Promise.race([once(server, 'listening').then(() => [null]), once(server, 'error')]);
  server.close();
  return error === null;
}

const addressOf = (index: number) => `127.1.${index >> 8}.${index & 255}`;

/** Tries a token from an address; answers the status and how long it took. */
async function guess(server: TestServer, token: string, agent: Agent) {
  const from = performance.now();
  const request = get(`${server.url}/api/tiers`, { agent, headers: { authorization: `Bearer ${token}` } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, ms: performance.now() - from };
}

function agentAt(localAddress: string): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1, localAddress });
}

async function keptSummaries(data: string) {
  const store = openStore({ file: `${data}/flywheel.db` });
  try {
    const events = await store.read(({ events }) => events.list({ projectIds: null, limit: 500 }));
    return events.filter(({ type }) => type === 'token.guessed');
  } finally {
    await store.close();
  }
}

describe('guessing tokens', function () {
  this.timeout(120_000);

  it('is refused ten thousand times, slower at each address, and kept as one summary', async function () {
    if (!(await hasManyAddresses())) return skip(this, 'only 127.0.0.1 is an address of this machine');
    await using folder = await dataFolder();
    const server = await startServer({ data: folder.path });
    const began = performance.now();
    const statuses = new Set<number | undefined>();
    const fromOneAddress = async (index: number) => {
      const agent = agentAt(addressOf(index));
      for (let attempt = 0; attempt < guesses / addresses; attempt += 1) {
        statuses.add((await guess(server, `wrong-${index}-${attempt}`, agent)).status);
      }
      agent.destroy();
    };
    for (let index = 0; index < addresses; index += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, offset) => fromOneAddress(index + offset)));
    }
    const agent = agentAt('127.2.0.1');
    const waited: number[] = [];
    for (let attempt = 0; attempt < stubborn; attempt += 1) {
      const { status, ms } = await guess(server, `stubborn-${attempt}`, agent);
      statuses.add(status);
      waited.push(ms);
    }
    agent.destroy();
    assert.deepEqual(statuses, new Set([401]));
    assert.ok((waited.at(-1) ?? 0) > 190, `after ${stubborn} tries an answer took ${waited.at(-1)} ms`);
    await server.stop();

    const summaries = await keptSummaries(folder.path);
    const most = 1 + Math.floor((performance.now() - began) / 60_000);
    assert.ok(summaries.length >= 1 && summaries.length <= most, `${summaries.length} summaries`);
    const counted = summaries.reduce((sum, { detail }) => sum + Number(detail.count), 0);
    assert.equal(counted, guesses + stubborn);
    assert.equal(summaries.at(0)?.detail.most, '127.2.0.1');
    assert.doesNotMatch(JSON.stringify(summaries), /wrong-|stubborn-/, 'a token was kept');
  });
});
