/** A trial as samplers, pruners and the plan see it: what it was given and what it has come to. */
import type { ParameterValues, TrialOutcome } from '../../../protocol/model/sweep.ts';

export type Trial = {
  readonly number: number;
  readonly given: ParameterValues;
  readonly outcome: TrialOutcome;
  /** Of the objective: so far, or at the end. Null while there is no finite one. */
  readonly value: number | null;
  /** The last step at which it was logged. */
  readonly step: number | null;
  readonly endedAt: number | null;
};

export function isOver({ outcome }: Pick<Trial, 'outcome'>): boolean {
  return outcome !== 'waiting' && outcome !== 'running';
}

/** Negative when `a` is better. */
export function better(direction: 'minimize' | 'maximize', a: number, b: number): number {
  return direction === 'minimize' ? a - b : b - a;
}
