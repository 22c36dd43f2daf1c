/** From the bytes of an export to its spans. What is no export at all is refused as a whole. */
import { ZodError } from 'zod';
import { DomainError } from '../../../domain/shared/errors.ts';
import { MlflowError } from '../mlflowError.ts';
import { isDeeper, otlpLimits, problemOf, type ReadSpans, readSpans } from './spanModel.ts';

export type { ReadSpans };

/** Levels of a request above the values of attributes. */
const envelopeDepth = 12;

export async function readExport(body: Uint8Array, form: 'protobuf' | 'json'): Promise<ReadSpans> {
  const request = form === 'json' ? parseJson(body) : await decode(body);
  // Each level of a value is three of JSON: the value, its kind, its list.
  if (isDeeper(request, envelopeDepth + 3 * otlpLimits.depth)) {
    throw new MlflowError('BAD_REQUEST', `Values may be nested ${otlpLimits.depth} levels deep at most.`);
  }
  const read = checked(request, form === 'json' ? 'hex' : 'base64');
  if (read.spans.length + read.rejected <= otlpLimits.spans) return read;
  throw new DomainError('too-large', `An export can have at most ${otlpLimits.spans} spans.`, {
    remedy: 'Send fewer spans at a time.',
  });
}

function checked(request: unknown, form: 'hex' | 'base64'): ReadSpans {
  try {
    return readSpans(request, form);
  } catch (error) {
    if (error instanceof ZodError) throw new MlflowError('BAD_REQUEST', `Not an export of traces: ${problemOf(error)}`);
    throw error;
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new MlflowError('BAD_REQUEST', 'The body is not JSON.');
  }
}

async function decode(body: Uint8Array): Promise<unknown> {
  const { decodeRequest } = await import('./messages.ts');
  try {
    return decodeRequest(body);
  } catch {
    throw new MlflowError('BAD_REQUEST', 'The body is not an ExportTraceServiceRequest in protobuf.');
  }
}
