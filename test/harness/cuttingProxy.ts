/** Stands between a client and a server and cuts the line without a word, again and again. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type CuttingProxy = AsyncDisposable & {
  readonly url: string;
  /** How many lines were cut. */
  readonly cuts: () => number;
  /** From now on lines hold. */
  spare(): void;
};

/** `bytes` answers how many bytes from the server each new line lets through before it breaks. */
export async function cuttingProxy(port: number, bytes: () => number): Promise<CuttingProxy> {
  let cuts = 0;
  let isSparing = false;
  const lines = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let left = bytes();
    const end = () => {
      client.destroy();
      upstream.destroy();
      lines.delete(client);
    };
    lines.add(client);
    client.on('error', end).on('close', end).pipe(upstream);
    upstream.on('error', end).on('close', end);
    upstream.on('data', (data: Buffer) => {
      left -= data.length;
      client.write(left < 0 && !isSparing ? data.subarray(0, data.length + left) : data);
      if (left >= 0 || isSparing) return;
      cuts += 1;
      end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    spare: () => {
      isSparing = true;
    },
    [Symbol.asyncDispose]: async () => {
      for (const line of lines) line.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
