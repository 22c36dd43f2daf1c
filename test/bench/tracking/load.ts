/** Clients that post prepared bodies over kept connections: the same for us and for the peer. */
import { Agent, request } from 'node:http';

export type Address = { readonly url: string; readonly token: string | null };

export type Loaded = {
  readonly perSecond: number;
  /** Of each call, in milliseconds. */
  readonly delays: readonly number[];
};

/** Each client posts its own bodies one after another; all clients at once. */
export async function load(
  address: Address,
  path: string,
  clients: readonly (readonly Uint8Array[])[],
): Promise<Loaded> {
  using poster = new Poster(address, clients.length);
  const delays: number[] = [];
  const began = performance.now();
  await Promise.all(
    clients.map(async (bodies) => {
      for (const body of bodies) {
        const asked = performance.now();
        await poster.post(path, body);
        delays.push(performance.now() - asked);
      }
    }),
  );
  return { perSecond: (delays.length / (performance.now() - began)) * 1000, delays };
}

class ClosedWhileResting extends Error {}

export class Poster implements Disposable {
  readonly #address: URL;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, token }: Address, clients = 1) {
    this.#address = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#headers = { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) };
  }

  /** The answer's text; throws for any other status than 200. */
  async post(path: string, body: Uint8Array): Promise<string> {
    try {
      return await this.#post(path, body);
    } catch (error) {
      // A server may close a connection that rests just when it is used again: then on a new one.
      if (error instanceof ClosedWhileResting) return await this.#post(path, body);
      throw error;
    }
  }

  #post(path: string, body: Uint8Array): Promise<string> {
    const { hostname, port } = this.#address;
    const headers = { ...this.#headers, 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path, method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('error', reject).on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const isClosed = sent.reusedSocket && error.code === 'ECONNRESET';
        reject(isClosed ? new ClosedWhileResting(error.message, { cause: error }) : error);
      });
      sent.end(body);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

const api = '/api/2.0/mlflow';
export const paths = { batch: `${api}/runs/log-batch`, single: `${api}/runs/log-metric` } as const;

export function toBody(fields: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(fields));
}

/** New runs of an experiment, one after another. */
export async function createRuns(address: Address, count: number, experimentId = '0'): Promise<readonly string[]> {
  using poster = new Poster(address);
  const ids: string[] = [];
  for (let run = 0; run < count; run += 1) {
    const body = toBody({ experiment_id: experimentId, start_time: Date.now(), run_name: `bench ${run}` });
    const answer = JSON.parse(await poster.post(`${api}/runs/create`, body)) as {
      readonly run: { readonly info: { readonly run_id: string } };
    };
    ids.push(answer.run.info.run_id);
  }
  return ids;
}
