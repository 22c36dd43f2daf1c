/** How numbers, times, sizes and money read. Pure. */
import type { MetricValue } from '../../protocol/model/metric.ts';

export function formatDuration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1000) return 'under 1 s';
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** How long a run took so far; null before it started. */
export function durationOf(run: { readonly startedAt: number | null; readonly endedAt: number | null }): number | null {
  return run.startedAt === null ? null : (run.endedAt ?? Date.now()) - run.startedAt;
}

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function formatAgo(at: number): string {
  const past = at - Date.now();
  if (Math.abs(past) > 7 * 86_400_000) return dateTime.format(at);
  for (const [unit, size] of units) {
    if (Math.abs(past) >= size) return relative.format(Math.round(past / size), unit);
  }
  return 'just now';
}

export const formatTime = (at: number): string => dateTime.format(at);
export const formatClock = (at: number): string => clockTime.format(at);

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

export const formatMemory = (mebibytes: number): string => formatBytes(mebibytes * 1024 * 1024).replace('.0 ', ' ');

const integers = new Intl.NumberFormat('en');
export const formatCount = (value: number): string => integers.format(value);

/** Five significant digits; whole numbers whole; the non-finite by their name. */
export function formatMetric(value: MetricValue): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return String(value);
  if (number === 0) return '0';
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e7) return integers.format(number);
  return size >= 1e-3 && size < 1e7 ? String(Number(number.toPrecision(5))) : number.toExponential(3);
}

export function formatMoney(amount: number, currency: string): string {
  const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  try {
    return new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    }).format(amount);
  } catch {
    return `${amount.toFixed(digits)} ${currency}`;
  }
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
