/** Ten thousand connections that say nothing, or nothing more: new clients are served beside them. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { openClient } from '../../harness/client.ts';
import { type RawClient, rawClient } from '../../harness/rawSocket.ts';
import { skip } from '../../harness/reporter.ts';
import { type SpawnedServer, spawnServer } from '../../harness/server.ts';

const idle = 10_000;
/** Connections are made so many at a time: a listening socket has a short queue. */
const atOnce = 250;
const answerMs = 3000;

/** Node takes as many files as the system lets it: the hard limit. */
async function openFilesLimit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? '0';
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

/** A new client by each wire, and how long the slower one waited. */
async function serveNewClients(server: SpawnedServer): Promise<number> {
  const from = performance.now();
  await using client = await openClient(server);
  assert.ok((await client.api.projects.list({})).length > 0);
  const headers = { authorization: `Bearer ${server.token}`, connection: 'close' };
  assert.equal((await fetch(`${server.url}/api/projects`, { headers })).status, 200);
  return performance.now() - from;
}

describe('ten thousand idle connections', function () {
  this.timeout(120_000);

  const greetings: readonly (readonly [string, string])[] = [
    ['that never say anything', ''],
    ['that ask once and stay', 'GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ];
  for (const [kind, greeting] of greetings) {
    it(`${kind} keep no new client out`, async function () {
      const limit = await openFilesLimit();
      if (limit < idle + 2000) return skip(this, `needs ${idle + 2000} open files, the limit is ${limit} (ulimit -Hn)`);
      await using server = await spawnServer();
      const port = Number(new URL(server.url).port);
      const clients: RawClient[] = [];
      let slowest = 0;
      try {
        while (clients.length < idle) {
          const more = await Promise.all(Array.from({ length: atOnce }, () => rawClient(port)));
          for (const { socket } of more) socket.write(greeting);
          clients.push(...more);
          if (clients.length % 1000 === 0) slowest = Math.max(slowest, await serveNewClients(server));
        }
        assert.ok(slowest < answerMs, `a new client waited ${slowest.toFixed(0)} ms`);
        const held = (await readdir(`/proc/${server.pid}/fd`)).length;
        assert.ok(held < 2000, `the server holds ${held} files`);
      } finally {
        for (const client of clients) client[Symbol.dispose]();
      }
    });
  }
});
