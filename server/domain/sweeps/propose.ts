/**
 * Which values a trial is given: by grid, at random, or by what earlier trials
 * came to. The same history, seed and number give the same values, so nothing
 * of a sampler needs to be kept.
 */

import { gridOf, isActive, type Numeric, stepsOf, toValue } from '../../../protocol/model/searchSpace.ts';
import {
  mostTrials,
  type ParameterValue,
  type ParameterValues,
  type SearchedParameter,
  type SweepFields,
} from '../../../protocol/model/sweep.ts';
import { type Random, randomOf } from './random.ts';
import { learnt, type TpeHistory } from './tpe.ts';
import type { Trial } from './trial.ts';

/** Null when a grid has no combination of that number. */
export function propose(
  { space, sampler, objective }: Pick<SweepFields, 'space' | 'sampler' | 'objective'>,
  history: readonly Trial[],
  number: number,
): ParameterValues | null {
  if (sampler.kind === 'grid') return gridOf(space, mostTrials)?.[number] ?? null;
  const random = randomOf(sampler.seed, number);
  const known = history.filter(({ outcome }) => outcome === 'complete' || outcome === 'pruned').length;
  if (sampler.kind === 'random' || known < sampler.startup) {
    return addActive(space, {}, (parameter) => ({ [parameter.name]: uniform(parameter, random) }));
  }
  const ranked: TpeHistory = { trials: history, direction: objective.direction };
  // Together what every trial has; each by itself what depends on those.
  const always = space.filter(({ when }) => when === null);
  const together = learnt(always, ranked, random);
  const others = space.filter(({ when }) => when !== null);
  return addActive(others, together, (parameter) => learnt([parameter], ranked, random));
}

function addActive(
  space: readonly SearchedParameter[],
  given: ParameterValues,
  choose: (parameter: SearchedParameter) => ParameterValues,
): ParameterValues {
  const all: Record<string, ParameterValue> = { ...given };
  for (const parameter of space) if (isActive(parameter, all)) Object.assign(all, choose(parameter));
  return all;
}

function uniform(parameter: SearchedParameter, random: Random): ParameterValue {
  if (parameter.kind === 'choice') {
    return parameter.values[Math.floor(random.next() * parameter.values.length)] ?? '';
  }
  return toValue(parameter, uniformNumber(parameter, random.next()));
}

/** Half a step beyond each end, so that the first and the last value are as likely as the others. */
function uniformNumber(parameter: Numeric, part: number): number {
  const { low, high, step, log } = parameter;
  if (log) {
    const half = step === null ? 0 : step / 2;
    return Math.exp(Math.log(low - half) + part * (Math.log(high + half) - Math.log(low - half)));
  }
  if (step === null) return low + part * (high - low);
  return low + Math.floor(part * (stepsOf(parameter, step) + 1)) * step;
}
