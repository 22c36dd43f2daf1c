/** What a column of a row holds, as it leaves the store: what is no finite number is a word. */
import type { Cell } from '../../domain/tracking/ports.ts';

export function toCell(value: Cell | undefined): Cell {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value ?? null);
}
