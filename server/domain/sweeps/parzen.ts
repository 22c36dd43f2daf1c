/**
 * Parzen windows: a mixture of one kernel for each trial, over some parameters
 * at once, and one for what is believed before any. Numbers have normal kernels
 * cut off at the bounds, as wide as the way to the neighbours; categories have
 * weights. Pure.
 */
import { errorFunction } from 'simple-statistics';
import { type Numeric, toValue } from '../../../protocol/model/searchSpace.ts';
import type { ParameterValue, ParameterValues, SearchedParameter } from '../../../protocol/model/sweep.ts';
import type { Random } from './random.ts';

/** What a mixture can do: draw values, and say how likely some are. */
export type Mixture = {
  draw(random: Random): ParameterValues;
  /** The logarithm of the density; comparable between mixtures of the same parameters only. */
  log(values: ParameterValues): number;
};

/** One parameter in each of the kernels; the last kernel is the prior. */
type Dimension = {
  readonly name: string;
  draw(kernel: number, random: Random): ParameterValue;
  mass(kernel: number, value: ParameterValue): number;
};

const priorWeight = 1;
/** No kernel is narrower than this part of the range. */
const narrowest = 1 / 100;

/** `observed` has a value for each of the parameters; `weights` has one number for each of `observed`. */
export function mixtureOf(
  parameters: readonly SearchedParameter[],
  observed: readonly ParameterValues[],
  weights: readonly number[],
): Mixture {
  const dimensions = parameters.map((parameter) => {
    const values = observed.map((given) => given[parameter.name] ?? '');
    return parameter.kind === 'choice' ? choices(parameter, values) : numbers(parameter, values.map(Number));
  });
  const all = [...weights, priorWeight];
  const total = all.reduce((sum, weight) => sum + weight, 0);
  const density = (kernel: number, values: ParameterValues) =>
    dimensions.reduce((product, { name, mass }) => product * mass(kernel, values[name] ?? ''), 1);
  return {
    draw: (random) => {
      const kernel = drawIndex(all, random);
      return Object.fromEntries(dimensions.map(({ name, draw }) => [name, draw(kernel, random)]));
    },
    log: (values) => Math.log(all.reduce((sum, weight, kernel) => sum + weight * density(kernel, values), 0) / total),
  };
}

function drawIndex(weights: readonly number[], random: Random): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return found === -1 ? weights.length - 1 : found;
}

function choices(
  { name, values }: Extract<SearchedParameter, { readonly kind: 'choice' }>,
  observed: readonly ParameterValue[],
): Dimension {
  const own = priorWeight / (observed.length + 1);
  // The prior has seen nothing, so that all its values weigh the same.
  const mass = (kernel: number, value: ParameterValue) => {
    const seen = kernel < observed.length ? 1 : 0;
    return (own + (seen > 0 && observed[kernel] === value ? 1 : 0)) / (seen + values.length * own);
  };
  const draw = (kernel: number, random: Random) =>
    values[
      drawIndex(
        values.map((value) => mass(kernel, value)),
        random,
      )
    ] ?? '';
  return { name, draw, mass };
}

type Kernel = { readonly mean: number; readonly width: number; readonly inside: number };
/** Where the kernels live: the logarithm for a logarithmic parameter, half a step beyond the ends for one with steps. */
type Scale = {
  readonly low: number;
  readonly high: number;
  to(value: number): number;
  from(place: number): number;
};

function numbers(parameter: Numeric, observed: readonly number[]): Dimension {
  const scale = scaleOf(parameter);
  const kernels = kernelsOf(observed.map(scale.to), scale);
  const half = parameter.step === null ? 0 : parameter.step / 2;
  const mass = (at: number, value: ParameterValue) => {
    const kernel = kernels[at];
    if (!kernel || parameter.low === parameter.high) return 1;
    const number = Number(value);
    if (half === 0) return density(kernel, scale.to(number));
    return massBetween(kernel, scale.to(number - half), scale.to(number + half));
  };
  const draw = (at: number, random: Random) => {
    const kernel = kernels[at];
    return kernel ? toValue(parameter, scale.from(drawPlace(kernel, scale, random))) : parameter.low;
  };
  return { name: parameter.name, draw, mass };
}

function scaleOf({ low, high, step, log }: Numeric): Scale {
  const half = step === null ? 0 : step / 2;
  const [from, to] = [low - half, high + half];
  return log
    ? { low: Math.log(from), high: Math.log(to), to: Math.log, from: Math.exp }
    : { low: from, high: to, to: (value) => value, from: (place) => place };
}

/** The prior lies in the middle and is as wide as the range. */
function kernelsOf(places: readonly number[], { low, high }: Scale): readonly Kernel[] {
  const range = high - low;
  const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const sorted = order.map((index) => places[index] ?? 0);
  const least = range * Math.max(narrowest, 1 / (2 + places.length));
  const widths = new Map(order.map((index, at) => [index, reach(sorted, at, { low, high })]));
  const kernel = (mean: number, width: number): Kernel => {
    return { mean, width, inside: below((high - mean) / width) - below((low - mean) / width) };
  };
  return [
    ...places.map((mean, index) => kernel(mean, Math.min(Math.max(widths.get(index) ?? range, least), range))),
    kernel((low + high) / 2, range),
  ];
}

/** The way to the farther neighbour; to the bounds for one alone, since otherwise they say nothing of where to look. */
function reach(sorted: readonly number[], at: number, bounds: { readonly low: number; readonly high: number }): number {
  const mean = sorted[at] ?? 0;
  const isAlone = sorted.length === 1;
  const left = mean - (sorted[at - 1] ?? (isAlone ? bounds.low : mean));
  const right = (sorted[at + 1] ?? (isAlone ? bounds.high : mean)) - mean;
  return Math.max(left, right);
}

function drawPlace({ mean, width }: Kernel, { low, high }: Scale, random: Random): number {
  if (width === 0) return mean;
  // A kernel lies inside the bounds and is at most as wide as the range: at least a third of what is drawn is inside.
  for (;;) {
    const place = mean + width * random.normal();
    if (place >= low && place <= high) return place;
  }
}

function density({ mean, width, inside }: Kernel, place: number): number {
  const z = (place - mean) / width;
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / width / inside;
}

/** The error function is exact to seven digits: of narrow steps the density says more than a difference does. */
function massBetween(kernel: Kernel, from: number, to: number): number {
  const { mean, width, inside } = kernel;
  if (to - from < width / 10) return density(kernel, (from + to) / 2) * (to - from);
  return Math.max(0, below((to - mean) / width) - below((from - mean) / width)) / inside;
}

const below = (z: number) => 0.5 * (1 + errorFunction(z / Math.SQRT2));
