/** A curve as the path of a small picture, 100 wide and 18 high. Pure. */
import type { MetricValue } from '../../../protocol/model/metric.ts';

const width = 100;
const height = 18;
const edge = 1.5;

export type Curve = { readonly steps: readonly number[]; readonly values: readonly MetricValue[] };

/** Values that are no numbers break the line. Empty where there is nothing to draw. */
export function sparkline({ steps, values }: Curve): string {
  const finite = values.map(Number).filter(Number.isFinite);
  const [first = 0] = steps;
  const last = steps.at(-1) ?? first;
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  let pen = 'M';
  const parts: string[] = [];
  values.forEach((value, at) => {
    const number = Number(value);
    if (!Number.isFinite(number)) {
      pen = 'M';
      return;
    }
    const x = last === first ? width / 2 : (((steps[at] ?? first) - first) / (last - first)) * width;
    const y = high === low ? height / 2 : height - edge - ((number - low) / (high - low)) * (height - 2 * edge);
    parts.push(`${pen}${round(x)} ${round(y)}`);
    pen = 'L';
  });
  // A lone point would be drawn by nothing: a short stroke stands for it.
  return parts.length === 1 ? `${parts[0]}h0.01` : parts.join('');
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** How far along its column's range a value lies, from 0 to 1; null where no bar can be drawn. */
export function barLength(value: number, range: { readonly min: number; readonly max: number } | null): number | null {
  if (range === null || !Number.isFinite(value)) return null;
  // A range that holds zero, or begins near it, is measured from zero: twice as long is then twice as much.
  const from = range.min >= 0 && range.min <= range.max / 2 ? 0 : range.min;
  if (range.max <= from) return 1;
  return Math.min(1, Math.max(0.02, (value - from) / (range.max - from)));
}
