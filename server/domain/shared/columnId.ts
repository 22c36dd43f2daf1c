/** Equal texts for equal columns, whatever they were written like. */
import type { Column } from '../tracking/ports.ts';

export function columnId({ entity, key, reading }: Column): string {
  return JSON.stringify([entity, key, reading ?? null]);
}
