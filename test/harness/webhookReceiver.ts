/** A receiver of webhooks on this machine that keeps what it gets and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string };
export type WebhookReceiver = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Absent answers 200. */
  answer: ((response: ServerResponse, count: number) => void) | undefined;
  /** Resolves when so many have arrived. */
  until(count: number): Promise<readonly Received[]>;
};

const deadlineMs = 10_000;

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body, path: request.url ?? '' });
      if (receiver.answer) receiver.answer(response, received.length);
      else response.end('thanks');
      for (const { count, resolve } of waiting) if (received.length >= count) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    answer: undefined,
    until: async (count) => {
      const arrived = new Promise<void>((resolve) => waiting.push({ count, resolve }));
      const late = AbortSignal.timeout(deadlineMs);
      const missed = new Promise<never>((_, reject) =>
        late.addEventListener('abort', () => reject(new Error(`${received.length} of ${count} messages arrived`))),
      );
      if (received.length < count) await Promise.race([arrived, missed]);
      return received;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
