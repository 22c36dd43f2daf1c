/**
 * Reads what a call was given: JSON of a body, or the query of a GET, into one
 * plain object. Knows sizes and content types; what the fields mean is the
 * routes' business.
 */
import type { IncomingMessage } from 'node:http';
import { MlflowError } from './mlflowError.ts';

export const usualBody = 1_000_000;

/** Fields that are lists even when they stand once in a query. */
const lists = new Set(['order_by', 'run_ids', 'experiment_ids', 'trace_ids', 'stages']);

type Fields = Readonly<Record<string, unknown>>;

/** What a body says, and the query of its address. */
export function toFields(request: IncomingMessage, body: Buffer): Fields {
  const query = readQuery(request.url ?? '');
  if (body.length === 0) return withRunId(query);
  requireJson(request);
  return withRunId({ ...query, ...parseObject(body.toString('utf8')) });
}

const json = /^application\/json\s*(?:;|$)/i;

/** Whether nothing is given but JSON in the body. */
export function saysAll({ url = '', headers }: IncomingMessage): boolean {
  return !url.includes('?') && json.test(headers['content-type'] ?? '');
}

function requireJson({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  if (json.test(type)) return;
  throw new MlflowError('BAD_REQUEST', `Bad Request. Content-Type must be 'application/json', not '${type}'.`);
}

export function readQuery(url: string): Fields {
  const mark = url.indexOf('?');
  const search = new URLSearchParams(mark < 0 ? '' : url.slice(mark));
  return Object.fromEntries(
    [...new Set(search.keys())].map((name) => {
      const values = search.getAll(name);
      return [name, values.length > 1 || lists.has(name) ? values : values[0]];
    }),
  );
}

/** Older calls name the run by `run_uuid`. */
function withRunId(input: Fields): Fields {
  return input.run_id === undefined && input.run_uuid !== undefined ? { ...input, run_id: input.run_uuid } : input;
}

const noBody = Buffer.alloc(0);

/** By its events: going through it as an iterator costs a quarter of a small call. */
export async function readBody(request: IncomingMessage, longestBody: number): Promise<Buffer> {
  if (request.method === 'GET') return noBody;
  if (Number(request.headers['content-length'] ?? 0) > longestBody) throw tooLong(longestBody);
  return await new Promise((resolve, reject) => {
    const cut = () => {
      if (!request.complete) reject(new Error('the connection ended before the body'));
    };
    // Without another event to come.
    if (request.destroyed) cut();
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= longestBody) pieces.push(piece);
      else {
        // What is left of it is not read, and the refusal is still sent.
        request.removeAllListeners('data').pause();
        reject(tooLong(longestBody));
      }
    });
    request.once('end', () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)));
    request.once('error', reject);
    request.once('close', cut);
  });
}

function tooLong(longestBody: number): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `A request can contain at most ${longestBody} bytes.`);
}

export function parseObject(text: string): Fields {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Fields;
  } catch {
    // Told below, without an echo of the body.
  }
  throw new MlflowError('BAD_REQUEST', 'The body is not a JSON object.');
}
