/** The space that a sweep searches: which values there are, which parameters a trial has, and what is wrong with a space. Pure. */
import {
  mostTrials,
  type ParameterValue,
  type ParameterValues,
  type SearchedParameter,
  type SweepFields,
} from './sweep.ts';

export type Numeric = Exclude<SearchedParameter, { readonly kind: 'choice' }>;

/** Whether the parameter is tried beside those that were given before it. */
export function isActive({ when }: SearchedParameter, given: ParameterValues): boolean {
  if (when === null) return true;
  const value = given[when.parameter];
  return value !== undefined && when.values.includes(value);
}

/** All values in order; null where there are infinitely many, or more than a grid can hold. */
export function valuesOf(parameter: SearchedParameter, most: number): readonly ParameterValue[] | null {
  if (parameter.kind === 'choice') return parameter.values;
  const { low, step } = parameter;
  if (step === null) return parameter.low === parameter.high ? [low] : null;
  const count = stepsOf(parameter, step) + 1;
  return count > most ? null : Array.from({ length: count }, (_, index) => atStep(parameter, index));
}

/** How many steps lead from the lowest value to the highest. */
export function stepsOf({ low, high }: Pick<Numeric, 'low' | 'high'>, step: number): number {
  // 0.3 / 0.1 is a little less than 3.
  return Math.floor((high - low) / step + 1e-9);
}

export function atStep({ low, step }: Numeric, index: number): number {
  const value = low + index * (step ?? 0);
  // 0.1 + 2 * 0.1 is to read 0.3.
  return Number(value.toPrecision(12));
}

/** The value that a trial is given nearest to a number: inside the bounds, whole where it is whole, on a step. */
export function toValue(parameter: Numeric, number: number): number {
  const { low, high, step } = parameter;
  const inside = Math.min(Math.max(number, low), high);
  if (step === null) return inside;
  const index = Math.min(Math.round((inside - low) / step), stepsOf(parameter, step));
  return atStep(parameter, index);
}

/** Every combination, the last parameter first in turn; null when there are more than `most`, or infinitely many. */
export function gridOf(space: readonly SearchedParameter[], most: number): readonly ParameterValues[] | null {
  let grid: ParameterValues[] = [{}];
  for (const parameter of space) {
    const values = valuesOf(parameter, most);
    if (values === null) return null;
    grid = grid.flatMap((given) =>
      isActive(parameter, given) ? values.map((value) => ({ ...given, [parameter.name]: value })) : [given],
    );
    if (grid.length > most) return null;
  }
  return grid;
}

/** What is wrong with a sweep beyond what the schema of each field says. */
export type SweepProblem = {
  /** As in the fields: `space`, 2, `low`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
};

type Checked = Pick<SweepFields, 'space' | 'parameters' | 'sampler' | 'budget' | 'tierIds'>;

/** Empty when nothing is wrong. */
export function sweepProblems(sweep: Checked): readonly SweepProblem[] {
  const { sampler, space, tierIds } = sweep;
  const ofSpace = spaceProblems(sweep);
  const isTwice = new Set(tierIds).size < tierIds.length;
  const tiers = { path: ['tierIds'], message: 'A hardware tier is named twice.', remedy: 'Name each tier once.' };
  const end = ofSpace.length > 0 ? null : sampler.kind === 'grid' ? gridProblem(space) : budgetProblem(sweep);
  return [...ofSpace, ...(isTwice ? [tiers] : []), ...(end === null ? [] : [end])];
}

function budgetProblem({ budget: { trials, minutes, cost } }: Checked): SweepProblem | null {
  if (trials !== null || minutes !== null || cost !== null) return null;
  return {
    path: ['budget'],
    message: 'The sweep has no budget, and would only end by itself as a grid.',
    remedy: 'Give a number of trials, minutes or an amount of money.',
  };
}

function gridProblem(space: Checked['space']): SweepProblem | null {
  const endless = space.find((each) => each.kind === 'float' && gridOf([{ ...each, when: null }], mostTrials) === null);
  if (endless?.kind === 'float' && endless.step === null) {
    return {
      path: ['space', space.indexOf(endless)],
      message: `A grid cannot try every value of ${endless.name}.`,
      remedy: 'Give it a step or a list of values, or choose random or tpe.',
    };
  }
  if (gridOf(space, mostTrials) !== null) return null;
  return {
    path: ['space'],
    message: `The grid has more than ${mostTrials} combinations.`,
    remedy: 'Use larger steps or fewer parameters, or choose random or tpe.',
  };
}

function spaceProblems({ space, parameters }: Checked): readonly SweepProblem[] {
  return space.flatMap((parameter, index) => {
    const before = space.slice(0, index);
    const found = [nameProblem(parameter, before, parameters), rangeProblem(parameter), whenProblem(parameter, before)];
    return found.flatMap((each) => {
      const remedy = 'Correct it, or leave it out.';
      return each === null ? [] : [{ path: ['space', index, each.field], message: each.message, remedy }];
    });
  });
}

type Found = { readonly field: string; readonly message: string } | null;

function nameProblem({ name }: SearchedParameter, before: readonly SearchedParameter[], fixed: object): Found {
  if (before.some((other) => other.name === name)) return { field: 'name', message: `${name} is there twice.` };
  return Object.hasOwn(fixed, name) ? { field: 'name', message: `${name} has a fixed value already.` } : null;
}

function rangeProblem(parameter: SearchedParameter): Found {
  const { name } = parameter;
  if (parameter.kind === 'choice') {
    const texts = parameter.values.map(String);
    const isTwice = new Set(texts).size < texts.length;
    return isTwice ? { field: 'values', message: `${name} has the same value twice.` } : null;
  }
  if (parameter.low > parameter.high) return { field: 'high', message: `${name} ends before it begins.` };
  if (!parameter.log) return null;
  if (parameter.low <= 0) return { field: 'low', message: `${name} is logarithmic, so it must begin above 0.` };
  const hasStep = parameter.step !== null && !(parameter.kind === 'int' && parameter.step === 1);
  return hasStep ? { field: 'step', message: `${name} is logarithmic, so it has no step.` } : null;
}

function whenProblem({ name, when }: SearchedParameter, before: readonly SearchedParameter[]): Found {
  if (when === null || before.some((other) => other.name === when.parameter)) return null;
  return {
    field: 'when',
    message: `${name} depends on ${when.parameter}, which is not among the parameters before it.`,
  };
}
