/** Whether a sweep can work, before anything is written. The refusal names the field at fault and what to do about it. Pure. */
import { sweepProblems } from '../../../protocol/model/searchSpace.ts';
import type { SweepFields } from '../../../protocol/model/sweep.ts';
import { DomainError } from '../shared/errors.ts';

export function checkSweep(sweep: SweepFields): void {
  const [problem] = sweepProblems(sweep);
  if (!problem) return;
  const { path, message, remedy } = problem;
  throw new DomainError('invalid-input', message, { field: path.join('.'), remedy });
}
