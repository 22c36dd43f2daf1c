/**
 * Posts messages over HTTP. The address that a name stands for is looked up and
 * checked by the connection that is then made to it, so that no answer of the
 * name service can come between; redirects are not followed, proxies not asked.
 */
import { lookup as systemLookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Message, WebhookSender } from '../../domain/webhooks/ports.ts';
import { isAddress, mayReach } from './addressRules.ts';

type Found = readonly { readonly address: string; readonly family: number }[];
export type Resolve = (host: string, done: (error: Error | null, found: Found) => void) => void;

export type HttpWebhookSenderOptions = {
  /** Ranges that an administrator allows beside public addresses. */
  readonly allowed: () => readonly string[];
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
};

const keptBytes = 10_000;
const remedy = 'An administrator allows a range in catalog.json, under defaults.webhookRanges, as ["10.1.0.0/16"].';

export class HttpWebhookSender implements WebhookSender {
  readonly #options: Required<HttpWebhookSenderOptions>;

  constructor({ allowed, timeoutMs = 10_000, resolve = resolveAll }: HttpWebhookSenderOptions) {
    this.#options = { allowed, timeoutMs, resolve };
  }

  check(url: string): void {
    const { hostname } = parsedUrl(url);
    if (!isAddress(hostname) || mayReach(hostname, this.#options.allowed())) return;
    throw new DomainError('invalid-input', `Webhooks may not go to ${hostname}: it is not a public address.`, {
      field: 'url',
      remedy,
    });
  }

  async send({ url, headers, body, signal }: Message): Promise<{ readonly status: number; readonly body: string }> {
    // Once more, as the ranges may have changed; an address is not looked up, so this is its check.
    this.check(url);
    const target = parsedUrl(url);
    const send = target.protocol === 'https:' ? requestHttps : requestHttp;
    const deadline = AbortSignal.timeout(this.#options.timeoutMs);
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      // A connection of its own: one that is kept was checked by yesterday's rules.
      agent: false as const,
      lookup: this.#lookup,
      signal: AbortSignal.any([signal, deadline]),
    };
    return await new Promise((resolve, reject) => {
      const request = send(target, options, (response) => {
        readBeginning(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), failed);
      });
      const failed = (error: Error) => {
        const late = `No answer within ${this.#options.timeoutMs / 1000} seconds.`;
        reject(deadline.aborted ? new Error(late) : error);
      };
      request.once('error', failed);
      request.end(body);
    });
  }

  /** Answers only addresses that may be reached; the connection knows no others. */
  readonly #lookup: LookupFunction = (host, options, done) => {
    this.#options.resolve(host, (error, found) => {
      if (error !== null) return done(error, '');
      const allowed = this.#options.allowed();
      const reachable = found.filter(({ address }) => mayReach(address, allowed));
      const [first] = reachable;
      if (first === undefined) return done(new Error(`${host} is not at a public address. ${remedy}`), '');
      if (options.all) return done(null, [...reachable]);
      done(null, first.address, first.family);
    });
  };
}

function resolveAll(host: string, done: (error: Error | null, found: Found) => void): void {
  systemLookup(host, { all: true }, (error, found) => done(error, found ?? []));
}

/** With the forms of addresses that URLs know (decimal, octal, IPv6) made one. */
function parsedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw refused('The URL of a webhook must begin with http:// or https://.', 'Give the whole address.');
  }
  if (url.username === '' && url.password === '') return url;
  throw refused('The URL of a webhook holds a name or password.', 'Leave them out; messages are signed instead.');
}

function refused(message: string, mend: string): DomainError {
  return new DomainError('invalid-input', message, { field: 'url', remedy: mend });
}

async function readBeginning(response: AsyncIterable<Buffer> & { destroy(): void }): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response) {
    pieces.push(piece);
    bytes += piece.length;
    // Leaving the loop ends the connection: the rest is of no use here.
    if (bytes >= keptBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, keptBytes).toString('utf8');
}
