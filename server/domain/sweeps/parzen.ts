/**
 * Parzen windows: a mixture of one kernel for each value that was tried and one
 * for what is believed before any was. Numbers have normal kernels cut off at
 * the bounds, as wide as the way to the neighbours; categories have weights. Pure.
 */
import { errorFunction } from 'simple-statistics';
import type { ParameterValue } from '../../../protocol/model/sweep.ts';
import type { Random } from './random.ts';
import { type Numeric, toValue } from './space.ts';

/** What the density of a parameter can do: draw a value, and say how likely one is. */
export type Density = {
  draw(random: Random): ParameterValue;
  /** The logarithm of the density; comparable between densities of the same parameter only. */
  log(value: ParameterValue): number;
};

const priorWeight = 1;
/** No kernel is narrower than this part of the range. */
const narrowest = 1 / 100;

type Kernel = { readonly mean: number; readonly width: number; readonly weight: number };
/** Where the kernels live: the logarithm for a logarithmic parameter, half a step beyond the ends for one with steps. */
type Scale = {
  readonly low: number;
  readonly high: number;
  to(value: number): number;
  from(place: number): number;
};

export function numericDensity(parameter: Numeric, observed: readonly number[], weights: readonly number[]): Density {
  const scale = scaleOf(parameter);
  const kernels = kernelsOf(observed.map(scale.to), weights, scale);
  return {
    draw: (random) => toValue(parameter, scale.from(drawPlace(kernels, scale, random))),
    log: (value) => Math.log(massAt(parameter, Number(value), { kernels, scale })),
  };
}

function scaleOf({ low, high, step, log }: Numeric): Scale {
  const half = step === null ? 0 : step / 2;
  const [from, to] = [low - half, high + half];
  return log
    ? { low: Math.log(from), high: Math.log(to), to: Math.log, from: Math.exp }
    : { low: from, high: to, to: (value) => value, from: (place) => place };
}

/** The prior lies in the middle and is as wide as the range; it is a neighbour like any other. */
function kernelsOf(places: readonly number[], weights: readonly number[], { low, high }: Scale): readonly Kernel[] {
  const range = high - low;
  const prior = places.length;
  const means = [...places, (low + high) / 2];
  const order = means.map((_, index) => index).sort((a, b) => (means[a] ?? 0) - (means[b] ?? 0));
  const sorted = order.map((index) => means[index] ?? 0);
  const least = range * Math.max(narrowest, 1 / (1 + means.length));
  const widths = new Map(order.map((index, at) => [index, reach(sorted, at, { low, high })]));
  return means.map((mean, index) => ({
    mean,
    width: index === prior ? range : Math.min(Math.max(widths.get(index) ?? range, least), range),
    weight: index === prior ? priorWeight : (weights[index] ?? 1),
  }));
}

/** The way to the farther neighbour; at an end to the only one, for the bound says nothing of where to look. */
function reach(sorted: readonly number[], at: number, { low, high }: { readonly low: number; readonly high: number }) {
  const mean = sorted[at] ?? 0;
  const isShort = sorted.length < 2;
  const left = mean - (sorted[at - 1] ?? (isShort ? low : mean));
  const right = (sorted[at + 1] ?? (isShort ? high : mean)) - mean;
  return Math.max(left, right);
}

function drawPlace(kernels: readonly Kernel[], { low, high }: Scale, random: Random): number {
  const { mean, width } = kernels[drawIndex(kernels, random)] ?? { mean: low, width: 0 };
  if (width === 0) return mean;
  // A kernel lies inside the bounds and is at most as wide as the range: at least a third of what is drawn is inside.
  for (;;) {
    const place = mean + width * random.normal();
    if (place >= low && place <= high) return place;
  }
}

function drawIndex(weighted: readonly { readonly weight: number }[], random: Random): number {
  let left = random.next() * weighted.reduce((sum, { weight }) => sum + weight, 0);
  const found = weighted.findIndex(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return found === -1 ? weighted.length - 1 : found;
}

type Mixture = { readonly kernels: readonly Kernel[]; readonly scale: Scale };

/** Of a value with steps the probability between the halves of the steps beside it, of any other the density. */
function massAt({ low, high, step }: Numeric, value: number, { kernels, scale }: Mixture): number {
  if (low === high) return 1;
  const half = step === null ? 0 : step / 2;
  const [from, to, at] = [scale.to(value - half), scale.to(value + half), scale.to(value)];
  let mass = 0;
  let total = 0;
  for (const { mean, width, weight } of kernels) {
    const inside = below((scale.high - mean) / width) - below((scale.low - mean) / width);
    // The error function is exact to seven digits: of narrow steps the density says more than a difference does.
    const isNarrow = to - from < width / 10;
    const own = isNarrow
      ? density((at - mean) / width) * (step === null ? 1 / width : (to - from) / width)
      : below((to - mean) / width) - below((from - mean) / width);
    mass += (weight * Math.max(own, 0)) / inside;
    total += weight;
  }
  return mass / total;
}

const below = (z: number) => 0.5 * (1 + errorFunction(z / Math.SQRT2));
const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

export function choiceDensity(
  values: readonly ParameterValue[],
  observed: readonly ParameterValue[],
  weights: readonly number[],
): Density {
  const own = priorWeight / (observed.length + 1);
  const spread = 1 + values.length * own;
  const total = weights.reduce((sum, weight) => sum + weight, priorWeight);
  const shares = values.map((value) => {
    const seen = observed.reduce<number>(
      (sum, each, at) => sum + ((weights[at] ?? 1) * (own + Number(each === value))) / spread,
      0,
    );
    return { value, weight: (seen + priorWeight / values.length) / total };
  });
  const byValue = new Map(shares.map(({ value, weight }) => [value, weight]));
  return {
    draw: (random) => shares[drawIndex(shares, random)]?.value ?? '',
    log: (value) => Math.log(byValue.get(value) ?? Number.MIN_VALUE),
  };
}
