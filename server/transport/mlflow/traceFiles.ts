/**
 * Files that clients keep with a trace, by the address in the trace's tags:
 * attachments, and the spans of clients that do not send them otherwise. They
 * are given out as downloads that no browser shows.
 */
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '../../domain/runs/ports.ts';
import { traceIdPattern, traceRoot } from '../../domain/traces/traceRules.ts';
import type { TraceService } from '../../domain/traces/traceService.ts';
import { checkedPath, decodePath } from './artifactPath.ts';
import { MlflowError } from './mlflowError.ts';
import { traceFor } from './ofTrace.ts';
import type { Context, Exchange } from './route.ts';

type Place = { readonly experimentId: string; readonly traceId: string; readonly path: string };
type Parts = Context & { readonly traces: TraceService; readonly artifacts: ArtifactStore };

/** `raw` is what lies below the proxy's address, still encoded; null where it is no place of a trace. */
export function traceFilesAt(raw: string): Place | null {
  const [experimentId, kind, traceId, folder, ...rest] = decodePath(raw).split('/');
  if (kind !== 'traces' || folder !== 'artifacts' || experimentId === undefined || traceId === undefined) return null;
  const path = checkedPath(rest.join('/'));
  if (path !== '' && traceIdPattern.test(traceId)) return { experimentId, traceId, path };
  throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it names no file of a trace');
}

export async function proxyTraceFiles(place: Place, parts: Parts): Promise<object | null> {
  const { exchange } = parts;
  const { request } = exchange;
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return await sendFile(place, exchange, parts);
    case 'PUT': {
      const root = await rootFor(place, 'contributor', parts);
      // Storage that refuses must not take the connection with it, on which the client is told.
      await parts.artifacts.put(root, place.path, request.iterator({ destroyOnReturn: false }));
      return {};
    }
    case 'DELETE':
      await parts.artifacts.remove(await rootFor(place, 'contributor', parts), place.path);
      return {};
    default:
      throw new MlflowError('ENDPOINT_NOT_FOUND', `Artifacts take no ${request.method}.`);
  }
}

async function sendFile(place: Place, { request, response }: Exchange, parts: Parts): Promise<null> {
  const root = await rootFor(place, 'viewer', parts);
  const found = await parts.artifacts.stat(root, place.path);
  if (found === null) throw absent(place);
  const name = encodeURIComponent(place.path.split('/').at(-1) ?? 'artifact');
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'content-length': found.bytes,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(parts.artifacts.read(root, place.path, { from: 0, bytes: found.bytes }), response);
  return null;
}

/** The folder of the trace, if it is where the address says and the caller has the role there. */
async function rootFor(place: Place, role: 'viewer' | 'contributor', parts: Parts): Promise<string> {
  const { trace } = await traceFor(parts.traces, { id: place.traceId, role }, parts);
  if (trace.experimentId !== place.experimentId) throw absent(place);
  return traceRoot(trace);
}

function absent({ path }: Place): MlflowError {
  return new MlflowError('RESOURCE_DOES_NOT_EXIST', `There is no artifact at '${path}'.`);
}
