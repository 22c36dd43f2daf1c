/** The job of the crash test: leaves a trace of each start, then output and an exit code that can be foretold. */
import type { JobSpec } from '../../../server/domain/compute/ports.ts';
import { codeFile, jobSpec } from './computeTarget.ts';

export const crashLines = 50;
export const crashExitCode = 21;

export function crashJob(runId: string, scratch: string): JobSpec {
  const command = `echo start >> '${scratch}/${runId}'; . ./lines.sh; exit ${crashExitCode}`;
  const script = `for i in $(seq ${crashLines}); do echo ${runId} $i; done\n`;
  const files = Array.from({ length: 20 }, (_, index) => codeFile(`data/${index}.txt`, 'x'.repeat(1000)));
  return jobSpec(command, { runId, code: [...files, codeFile('lines.sh', script)] });
}
