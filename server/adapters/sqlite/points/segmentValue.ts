/** The SQL function that looks into a segment for the last value at a step. */
import type { DatabaseSync } from 'node:sqlite';
import { lastValueAt } from './segmentCodec.ts';

/** Makes `segment_value(codec, n, data, step)` known to a connection: a number, 'NaN', or NULL where there is none. */
export function defineSegmentValue(database: DatabaseSync): void {
  database.function('segment_value', { deterministic: true, varargs: true }, (...given) => {
    const [codec, n, data, step] = given as [number, number, Uint8Array, number];
    const value = lastValueAt({ codec, data }, n, step) ?? null;
    return Number.isNaN(value) ? 'NaN' : value;
  });
}
