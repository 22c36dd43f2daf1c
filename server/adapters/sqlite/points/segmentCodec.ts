/**
 * Points of a segment as one blob and back, bit for bit: the values as they
 * are, steps and timestamps as integer columns, or as they are where that
 * would not be exact. The layout is that of little-endian machines, as every
 * machine is that Node runs on but one.
 */
import { type Columns, emptyColumns } from './columns.ts';
import { decodeIntegers, encodeIntegers } from './integerColumn.ts';

/** What the number beside a blob says: bits for columns that are kept as they are. */
const rawSteps = 1;
const rawTimestamps = 2;

export type Encoded = { readonly codec: number; readonly data: Uint8Array };

export function encodeSegment({ steps, timestamps, values }: Columns): Encoded {
  const packedSteps = encodeIntegers(steps);
  const packedTimestamps = encodeIntegers(timestamps);
  const parts = [bytesOf(values), packedSteps ?? bytesOf(steps), packedTimestamps ?? bytesOf(timestamps)];
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { codec: (packedSteps ? 0 : rawSteps) + (packedTimestamps ? 0 : rawTimestamps), data };
}

export function decodeSegment({ codec, data }: Encoded, length: number): Columns {
  if (codec > rawSteps + rawTimestamps) throw new Error(`a segment is written in the unknown way ${codec}`);
  const columns = emptyColumns(length);
  let at = copy(data, 0, columns.values);
  at = codec & rawSteps ? copy(data, at, columns.steps) : decodeIntegers(data, at, columns.steps);
  if (codec & rawTimestamps) copy(data, at, columns.timestamps);
  else decodeIntegers(data, at, columns.timestamps);
  return columns;
}

/** The last value at a step, with nothing else decoded; undefined where the segment has none. */
export function lastValueAt({ codec, data }: Encoded, length: number, step: number): number | undefined {
  const steps = new Float64Array(length);
  const start = length * Float64Array.BYTES_PER_ELEMENT;
  if (codec & rawSteps) copy(data, start, steps);
  else decodeIntegers(data, start, steps);
  const index = steps.lastIndexOf(step);
  if (index === -1) return undefined;
  return new DataView(data.buffer, data.byteOffset).getFloat64(index * Float64Array.BYTES_PER_ELEMENT, true);
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function copy(data: Uint8Array, start: number, column: Float64Array): number {
  const end = start + column.byteLength;
  if (end > data.length) throw new Error('a segment ends before its length');
  bytesOf(column).set(data.subarray(start, end));
  return end;
}
