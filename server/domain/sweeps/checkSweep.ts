/** Whether a sweep can work, before anything is written. Each refusal names the field at fault and what to do about it. Pure. */
import { type CreateSweepInput, mostTrials } from '../../../protocol/model/sweep.ts';
import { DomainError } from '../shared/errors.ts';
import { gridOf, problemsOf } from './space.ts';

type Checked = Pick<CreateSweepInput, 'space' | 'parameters' | 'sampler' | 'budget' | 'tierIds'>;

export function checkSweep({ space, parameters, sampler, budget, tierIds }: Checked): void {
  const [problem] = problemsOf(space, parameters);
  if (problem) {
    const field = `space.${problem.parameter}.${problem.field}`;
    throw new DomainError('invalid-input', problem.message, { field, remedy: 'Correct it, or leave it out.' });
  }
  if (new Set(tierIds).size < tierIds.length) {
    throw new DomainError('invalid-input', 'A hardware tier is named twice.', {
      field: 'tierIds',
      remedy: 'Name each tier once.',
    });
  }
  if (sampler.kind === 'grid') requireFinite(space);
  else requireBudget(budget);
}

function requireBudget({ trials, minutes, cost }: Checked['budget']): void {
  if (trials !== null || minutes !== null || cost !== null) return;
  throw new DomainError('invalid-input', 'The sweep has no budget, and would only end by itself as a grid.', {
    field: 'budget',
    remedy: 'Give a number of trials, minutes or an amount of money.',
  });
}

function requireFinite(space: Checked['space']): void {
  const endless = space.find(({ kind, ...range }) => kind === 'float' && 'step' in range && range.step === null);
  if (endless && gridOf([endless], mostTrials) === null) {
    throw new DomainError('invalid-input', `A grid cannot try every value of ${endless.name}.`, {
      field: 'space',
      remedy: 'Give it a step or a list of values, or choose random or tpe.',
    });
  }
  if (gridOf(space, mostTrials) !== null) return;
  throw new DomainError('invalid-input', `The grid has more than ${mostTrials} combinations.`, {
    field: 'space',
    remedy: 'Use larger steps or fewer parameters, or choose random or tpe.',
  });
}
