import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { Connection } from '../../../client/connection/connection.ts';
import { followLogs } from '../../../client/connection/follow.ts';
import { contract } from '../../../protocol/contract.ts';
import type { LogChunk } from '../../../protocol/model/run.ts';
import { CutLine } from './cutLine.ts';

const text = Array.from({ length: 400 }, (_, line) => `line ${line} äöü ✔\n`);

/** The contract's wire with a log that pauses often, so that cuts fall into it. */
async function logServer(): Promise<AsyncDisposable & { readonly port: number; readonly asked: number[] }> {
  const asked: number[] = [];
  const os = implement(contract);
  const router = os.router({
    session: {
      hello: os.session.hello.handler(() => ({
        serverId: 's',
        version: '1',
        protocol: 1,
        user: { id: 'u', name: 'U', admin: true, createdAt: 0 },
        scope: { kind: 'user' as const },
        clock: 0,
        startedAt: 0,
      })),
    },
    runs: {
      logs: os.runs.logs.handler(async function* ({ input }) {
        asked.push(input.after);
        yield* chunksFrom(input.after);
      }),
    },
  } as unknown as Parameters<typeof os.router>[0]);
  const handler = new RPCHandler(router as never);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => void handler.upgrade(socket));
  const dispose = async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, asked, [Symbol.asyncDispose]: dispose };
}

async function* chunksFrom(after: number): AsyncGenerator<LogChunk> {
  let offset = 0;
  for (const line of text) {
    const bytes = Buffer.byteLength(line);
    if (offset >= after) {
      yield { kind: 'text', offset, bytes, text: line };
      await new Promise((resolve) => setImmediate(resolve));
    }
    offset += bytes;
  }
  if (offset >= after) yield { kind: 'gap', offset, bytes: 5 };
  yield { kind: 'end', offset: offset + 5 };
}

describe('followLogs', () => {
  it('gives every byte once over many cuts', async () => {
    await using server = await logServer();
    await using line = await CutLine.to(server.port);
    const connection = new Connection({ client: { name: 'test', version: '1' }, random: () => 0 });
    connection.connect({ url: line.url, token: 'x' });
    let out = '';
    let chunks = 0;
    const ends: LogChunk[] = [];
    for await (const chunk of followLogs(connection, { runId: 'r', signal: new AbortController().signal })) {
      if (chunk.kind === 'text') out += chunk.text;
      else ends.push(chunk);
      chunks += 1;
      if (chunks % 90 === 0) line.cut();
    }
    connection.stop();
    assert.equal(out, text.join(''));
    assert.deepEqual(
      ends.map((chunk) => chunk.kind),
      ['gap', 'end'],
    );
    assert.ok(server.asked.length >= 3, `taken up again at ${server.asked.join(', ')}`);
  });
});
