/**
 * A parameter's values and what a metric became, as a small picture: numbers
 * along an axis with the range of each, words as bars. A picture in a hover
 * sees no colours of the theme, so they are given. Pure.
 */
import type { ParameterEffect } from '../../../protocol/model/script.ts';
import { plainLine } from '../../platform/plainText.ts';
import { shortNumber } from './words.ts';

export type ChartColors = { readonly text: string; readonly dim: string; readonly mark: string; readonly best: string };

type Value = ParameterEffect['values'][number];
type Measured = Value & { readonly mean: number; readonly low: number; readonly high: number };

const size = { width: 340, height: 130, left: 52, right: 12, top: 10, bottom: 22 } as const;
const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom } as const;
const shownBars = 6;

/** Null where there is nothing to draw: fewer than two values with the metric. */
export function effectChart(effect: ParameterEffect, colors: ChartColors): string | null {
  const measured = effect.values.filter(isMeasured);
  if (measured.length < 2) return null;
  const numeric = measured.every(({ value }) => value.trim() !== '' && Number.isFinite(Number(value)));
  const best = bestOf(measured, effect.direction);
  const parts = numeric ? points(measured, best, colors) : bars(measured, best, colors);
  const font = `font-family="sans-serif" font-size="11" fill="${colors.text}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ${font}>${parts.join('')}</svg>`;
}

/** In words, for who does not see it. */
export function effectInWords({ parameter, metric, values, direction }: ParameterEffect): string {
  const measured = values.filter(isMeasured);
  const best = bestOf(measured, direction);
  const worst = bestOf(measured, direction === 'max' ? 'min' : 'max');
  if (!best || !worst) return `${metric} by ${parameter}`;
  const say = ({ value, mean }: Measured) => `${shortNumber(mean)} at ${plainLine(value, 30)}`;
  return `${metric} by ${parameter}: on average best ${say(best)}, worst ${say(worst)}`;
}

function isMeasured(value: Value): value is Measured {
  return value.mean !== null && value.low !== null && value.high !== null;
}

function bestOf(values: readonly Measured[], direction: 'min' | 'max'): Measured | undefined {
  const sign = direction === 'max' ? 1 : -1;
  return values.reduce<Measured | undefined>(
    (best, each) => (best && sign * (best.mean - each.mean) >= 0 ? best : each),
    undefined,
  );
}

function points(measured: readonly Measured[], best: Measured | undefined, colors: ChartColors): readonly string[] {
  const sorted = [...measured].sort((a, b) => Number(a.value) - Number(b.value));
  const numbers = sorted.map(({ value }) => Number(value));
  const x = axis(numbers, { from: size.left, length: inner.width, log: isWide(numbers) });
  const y = axis(
    sorted.flatMap(({ low, high }) => [low, high]),
    { from: size.top + inner.height, length: -inner.height, log: false },
  );
  const at = sorted.map((each) => ({ each, x: x(Number(each.value)), y: y(each.mean) }));
  const line = at.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ');
  return [
    ...frame(sorted, y, colors),
    label({ x: size.left, anchor: 'start', text: sorted[0]?.value ?? '' }, colors),
    label({ x: size.width - size.right, anchor: 'end', text: sorted.at(-1)?.value ?? '' }, colors),
    `<polyline points="${line}" fill="none" stroke="${colors.dim}"/>`,
    ...at.map((point) => mark(point, y, point.each === best ? colors.best : colors.mark)),
  ];
}

type Point = { readonly each: Measured; readonly x: number; readonly y: number };

/** The range of all runs with this value, and their mean. */
function mark({ each, x, y }: Point, scale: (value: number) => number, color: string): string {
  const range = `<path d="M${x.toFixed(1)} ${scale(each.low).toFixed(1)}V${scale(each.high).toFixed(1)}" stroke="${color}" stroke-opacity=".6"/>`;
  return `${range}<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${color}"/>`;
}

function frame(values: readonly Measured[], y: (value: number) => number, colors: ChartColors): readonly string[] {
  const ends = [Math.min(...values.map(({ low }) => low)), Math.max(...values.map(({ high }) => high))];
  return ends.map((end) => {
    const at = y(end);
    const text = `<text x="${size.left - 6}" y="${(at + 4).toFixed(1)}" text-anchor="end">${escapeXml(shortNumber(end))}</text>`;
    return `${text}<path d="M${size.left} ${at.toFixed(1)}H${size.width - size.right}" stroke="${colors.dim}" stroke-opacity=".4" stroke-dasharray="2 3"/>`;
  });
}

type Label = { readonly x: number; readonly anchor: 'start' | 'end'; readonly text: string };

function label({ x, anchor, text }: Label, colors: ChartColors): string {
  const place = `x="${x}" y="${size.height - 6}" text-anchor="${anchor}"`;
  return `<text ${place} fill="${colors.text}">${escapeXml(plainLine(text, 20))}</text>`;
}

/** Bars from the lowest mean, which has a stump, so that small differences show. */
function bars(measured: readonly Measured[], best: Measured | undefined, colors: ChartColors): readonly string[] {
  const shown = measured.slice(0, shownBars);
  const means = shown.map(({ mean }) => mean);
  const length = axis(means, { from: 20, length: 130, log: false });
  return shown.map((each, row) => {
    const y = size.top + row * 19;
    const width = length(each.mean);
    const name = `<text x="112" y="${y + 11}" text-anchor="end">${escapeXml(plainLine(each.value, 18))}</text>`;
    const bar = `<rect x="118" y="${y}" width="${width.toFixed(1)}" height="14" fill="${each === best ? colors.best : colors.mark}"/>`;
    return `${name}${bar}<text x="${(124 + width).toFixed(1)}" y="${y + 11}">${escapeXml(shortNumber(each.mean))}</text>`;
  });
}

type Axis = { readonly from: number; readonly length: number; readonly log: boolean };

function axis(values: readonly number[], { from, length, log }: Axis): (value: number) => number {
  const scaled = (value: number) => (log ? Math.log10(value) : value);
  const low = Math.min(...values.map(scaled));
  const span = Math.max(...values.map(scaled)) - low;
  return (value) => from + (span === 0 ? 0.5 : (scaled(value) - low) / span) * length;
}

/** Learning rates and their like are tried by factors. */
function isWide(values: readonly number[]): boolean {
  const low = Math.min(...values);
  return low > 0 && Math.max(...values) / low >= 50;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
