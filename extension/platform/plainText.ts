/** Times, counts and names as they stand in lines of text. Pure. */
import { spellOut, spellOutWithin } from '../../protocol/spellOut.ts';

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function agoOf(at: number, now: number): string {
  for (const [unit, size] of units) {
    if (now - at >= size) return relative.format(-Math.round((now - at) / size), unit);
  }
  return 'just now';
}

export function plural(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
}

/** In one line, with what would reverse it or would not show spelled out. */
export function plainLine(text: string, longest = 60): string {
  const line = spellOut(text.replace(/\s+/g, ' ').trim());
  return spellOutWithin(line.length > longest ? `${line.slice(0, longest - 1)}…` : line);
}
