/** A span in protobuf's JSON, as a description of a whole trace may carry it: names with underscores, ids in base64. */
import { ZodError } from 'zod';
import type { Span } from '../../domain/traces/ports.ts';
import { MlflowError } from './mlflowError.ts';
import { isDeeper, otlpLimits, problemOf, readSpan } from './otlp/spanModel.ts';

export function readWireSpan(given: unknown): Span {
  if (isDeeper(given, 3 * otlpLimits.depth)) throw refused(`nested deeper than ${otlpLimits.depth} levels`);
  try {
    return readSpan(camelCased(given), 'base64');
  } catch (error) {
    throw error instanceof ZodError ? refused(problemOf(error)) : error;
  }
}

/** Keys of attributes are values here, so that only names of fields change. */
function camelCased(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(camelCased);
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      enumOf(name, value) ?? camelCased(value),
    ]),
  );
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const codes = ['UNSET', 'OK', 'ERROR'];

/** Protobuf's JSON names enums; OTLP numbers them. */
function enumOf(name: string, value: unknown): number | null {
  if (typeof value !== 'string') return null;
  if (name === 'kind' && value.startsWith('SPAN_KIND_')) return kinds.indexOf(value.slice('SPAN_KIND_'.length));
  if (name === 'code' && value.startsWith('STATUS_CODE_')) return codes.indexOf(value.slice('STATUS_CODE_'.length));
  return null;
}

function refused(problem: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `Invalid value for parameter 'trace.spans' supplied: ${problem}`);
}
