/** A bare TCP client, for bytes that no library would send. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type RawClient = Disposable & {
  readonly socket: Socket;
  /** Everything received so far. */
  received(): Buffer;
  /** Resolves once the text has arrived or the peer has closed; rejects when the time is over. */
  until(text: string, deadlineMs?: number): Promise<string>;
  /** Resolves with everything received once the peer has closed. */
  closed(deadlineMs?: number): Promise<Buffer>;
};

export async function rawClient(port: number, host = '127.0.0.1'): Promise<RawClient> {
  const socket = connect(port, host);
  const pieces: Buffer[] = [];
  socket.on('data', (data) => pieces.push(data)).on('error', () => undefined);
  await once(socket, 'connect');
  const received = () => Buffer.concat(pieces);
  const settle = async (isDone: () => boolean, deadlineMs: number) => {
    const late = AbortSignal.timeout(deadlineMs);
    while (!isDone()) {
      if (late.aborted)
        throw new Error(`not within ${deadlineMs} ms; received: ${received().toString('latin1').slice(0, 300)}`);
      const step = new AbortController();
      const signal = AbortSignal.any([late, step.signal]);
      const ignore = () => undefined;
      await Promise.race([
        once(socket, 'data', { signal }).catch(ignore),
        once(socket, 'close', { signal }).catch(ignore),
      ]);
      step.abort();
    }
  };
  return {
    socket,
    received,
    until: async (text, deadlineMs = 5000) => {
      await settle(() => received().includes(text) || socket.closed, deadlineMs);
      return received().toString('latin1');
    },
    closed: async (deadlineMs = 10_000) => {
      await settle(() => socket.closed, deadlineMs);
      return received();
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Sends one request as it is and answers with status and text. */
export async function rawRequest(
  port: number,
  lines: readonly string[],
): Promise<{ readonly status: number; readonly text: string }> {
  using client = await rawClient(port);
  client.socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
  const text = (await client.closed()).toString('utf8');
  return { status: Number(text.split(' ', 2)[1]), text };
}

/** An upgraded socket on which a test writes frames by hand. */
export async function rawWebSocket(port: number, token: string): Promise<RawClient> {
  const client = await rawClient(port);
  client.socket.write(
    [
      'GET /rpc HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Authorization: Bearer ${token}`,
      '',
      '',
    ].join('\r\n'),
  );
  const answer = await client.until('\r\n\r\n');
  if (!answer.startsWith('HTTP/1.1 101')) throw new Error(answer);
  return client;
}

export type FrameOptions = {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly final?: boolean;
  readonly masked?: boolean;
  /** Bits that no extension has claimed. */
  readonly reserved?: number;
  /** A length other than the payload's. */
  readonly length?: bigint;
};

export function frame({
  opcode,
  payload = new Uint8Array(),
  final = true,
  masked = true,
  ...rest
}: FrameOptions): Buffer {
  const length = rest.length ?? BigInt(payload.length);
  const head = Buffer.alloc(length < 126n ? 2 : length < 65_536n ? 4 : 10);
  head[0] = (final ? 0x80 : 0) | ((rest.reserved ?? 0) << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (length < 126n ? Number(length) : length < 65_536n ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(Number(length), 2);
  if (head.length === 10) head.writeBigUInt64BE(length, 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** The code of the close frame that the server sent last; null when there was none. */
export function closeCode(received: Buffer): number | null {
  const body = received.subarray(received.indexOf('\r\n\r\n') + 4);
  const at = body.lastIndexOf(0x88);
  return at === -1 || at + 4 > body.length ? null : body.readUInt16BE(at + 2);
}
