/** Many clients that post prepared bodies over kept connections: the same for us and for the peer. */
import { Agent, request } from 'node:http';

export type Address = { readonly url: string; readonly token: string | null };

export type Load = {
  readonly clients: number;
  /** No client begins another call after this. */
  readonly forMs: number;
  /** The next call of a client: its path below the API, and its body. */
  readonly next: (client: number) => { readonly path: string; readonly body: Uint8Array };
};

export type Loaded = {
  readonly calls: number;
  readonly seconds: number;
  /** Of each call, in milliseconds. */
  readonly delays: readonly number[];
};

export async function load(address: Address, { clients, forMs, next }: Load): Promise<Loaded> {
  using poster = new Poster(address, clients);
  const delays: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() - began < forMs) {
        const { path, body } = next(client);
        const asked = performance.now();
        await poster.post(path, body);
        delays.push(performance.now() - asked);
      }
    }),
  );
  return { calls: delays.length, seconds: (performance.now() - began) / 1000, delays };
}

export class Poster implements Disposable {
  readonly #address: URL;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, token }: Address, clients: number) {
    this.#address = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#headers = { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) };
  }

  /** The answer's text; throws for any other status than 200. */
  post(path: string, body: Uint8Array): Promise<string> {
    const { hostname, port } = this.#address;
    const headers = { ...this.#headers, 'content-length': body.length };
    const options = { hostname, port, path, method: 'POST', agent: this.#agent, headers };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('error', reject).on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      sent.on('error', reject).end(body);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

const api = '/api/2.0/mlflow';

export function toBody(fields: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(fields));
}

export async function createRun(address: Address): Promise<string> {
  using poster = new Poster(address, 1);
  const fields = { experiment_id: '0', start_time: Date.now() };
  const { run } = JSON.parse(await poster.post(`${api}/runs/create`, toBody(fields))) as {
    readonly run: { readonly info: { readonly run_id: string } };
  };
  return run.info.run_id;
}

export const paths = { batch: `${api}/runs/log-batch`, single: `${api}/runs/log-metric` } as const;
