/**
 * Uploads in parts through the proxy. Clients send parts to addresses that
 * they are given and without their token, as to any store that signs: a part's
 * address therefore carries the key of its own upload, which can do nothing else.
 */
import { timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import * as z from 'zod';
import type { OpenUpload, UploadStore } from '../../domain/runs/ports.ts';
import { type ArtifactDependencies, contentOf, type Tree, writableTree } from './artifactFiles.ts';
import { type ArtifactPlace, placeOf } from './artifactPath.ts';
import { integer, text } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { readQuery } from './readInput.ts';
import { type Context, type Exchange, type Route, route } from './route.ts';

export type UploadDependencies = ArtifactDependencies & { readonly uploads: UploadStore };

const under = '2.0/mlflow-artifacts';
const mostParts = 10_000;
/** Where parts go, below `/api/`. */
export const partPrefix = `${under}/mpu/parts/`;

const partNumber = integer.refine((number) => number >= 1 && number <= mostParts, `from 1 to ${mostParts}`);
/** The address names the folder that it goes to, and the body the client's own file, whose name it keeps. */
const file = z.object({ folder: text, path: text });
type File = z.infer<typeof file>;

function placeOfFile({ folder, path }: File): ArtifactPlace {
  return placeOf(`${folder}/${path.split(/[/\\]/).at(-1)}`);
}

export function uploadRoutes(deps: UploadDependencies): readonly Route[] {
  return [beginRoute(deps), completeRoute(deps), abortRoute(deps)];
}

function beginRoute(deps: UploadDependencies): Route {
  return route({
    under,
    path: 'mpu/create/{folder...}',
    methods: ['POST'],
    input: file.extend({ num_parts: partNumber }),
    needs: () => 'signed-in',
    answer: async ({ num_parts, ...file }, context) => {
      const place = placeOfFile(file);
      const { root } = await writableTree(place, { ...deps, ...context });
      const { id, key } = await deps.uploads.begin({ root, path: place.path, parts: num_parts });
      const base = `${originOf(context.exchange)}/api/${partPrefix}${id}`;
      const credentials = Array.from({ length: num_parts }, (_, index) => ({
        url: `${base}/${index + 1}?key=${key}`,
        part_number: index + 1,
        headers: {},
      }));
      return { upload_id: id, credentials };
    },
  });
}

const named = z.object({ part_number: partNumber, etag: text });

function completeRoute(deps: UploadDependencies): Route {
  return route({
    under,
    path: 'mpu/complete/{folder...}',
    methods: ['POST'],
    input: file.extend({ upload_id: text, parts: z.array(named).max(mostParts) }),
    needs: () => 'signed-in',
    answer: async ({ upload_id, parts, ...file }, context) => {
      const { touched } = await requireUpload(upload_id, file, { ...deps, ...context });
      await deps.uploads.complete(upload_id, inOrder(parts));
      touched();
      return {};
    },
  });
}

function abortRoute(deps: UploadDependencies): Route {
  return route({
    under,
    path: 'mpu/abort/{folder...}',
    methods: ['POST'],
    input: file.extend({ upload_id: text }),
    needs: () => 'signed-in',
    answer: async ({ upload_id, ...file }, context) => {
      await requireUpload(upload_id, file, { ...deps, ...context });
      await deps.uploads.abort(upload_id);
      return {};
    },
  });
}

/** Receives one part; `address` is `<upload>/<part>`. Whoever has the key may send it, and nobody else. */
export async function receivePart(address: string, exchange: Exchange, uploads: UploadStore): Promise<object> {
  const [id = '', part = '', ...rest] = address.split('/');
  const upload = await uploads.upload(id);
  const { key } = readQuery(exchange.request.url ?? '');
  if (upload === null || rest.length > 0 || typeof key !== 'string' || !isSame(key, upload.key)) throw unknown(id);
  const number = Number(part);
  if (!/^[1-9]\d{0,4}$/.test(part) || number > upload.parts) {
    const told = `Invalid value ${JSON.stringify(part.slice(0, 20))} for parameter 'part_number' supplied: from 1 to ${upload.parts}`;
    throw new MlflowError('INVALID_PARAMETER_VALUE', told);
  }
  const { etag } = await uploads.putPart(id, number, contentOf(exchange));
  exchange.response.setHeader('etag', `"${etag}"`);
  return {};
}

/** The upload must be of the file that the call names, to which the caller's role was just checked. */
async function requireUpload(id: string, file: File, deps: UploadDependencies & Context): Promise<Tree> {
  const place = placeOfFile(file);
  const tree = await writableTree(place, deps);
  const upload = await deps.uploads.upload(id);
  if (upload === null || !isOf(upload, { root: tree.root, path: place.path })) throw unknown(id);
  return tree;
}

function isOf(upload: OpenUpload, { root, path }: { readonly root: string; readonly path: string }): boolean {
  return upload.root === root && upload.path === path;
}

/** Tags by part from the first to the last; some clients put them in quotes, as the header had them. */
function inOrder(parts: readonly z.infer<typeof named>[]): readonly string[] {
  const sorted = parts.toSorted((a, b) => a.part_number - b.part_number);
  const odd = sorted.find(({ part_number }, index) => part_number !== index + 1);
  if (odd === undefined) return sorted.map(({ etag }) => etag.replace(/^"(.*)"$/, '$1'));
  throw new MlflowError('INVALID_PARAMETER_VALUE', "The parts in 'parts' must be each part once, from 1 on.");
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** As the client itself reached this server: the host was checked before, and the scheme is the proxy's where there is one. */
function originOf({ request }: Exchange): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const isSecure = forwarded === 'https' || (request.socket as Partial<TLSSocket>).encrypted === true;
  return `${isSecure ? 'https' : 'http'}://${request.headers.host}`;
}

function unknown(id: string): MlflowError {
  return new MlflowError('RESOURCE_DOES_NOT_EXIST', `There is no upload ${id.slice(0, 50)} under way for this file.`);
}
