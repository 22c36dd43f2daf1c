/**
 * Starts a job's command: a process group of its own, standard output and
 * error in one pipe so that their order is kept, nothing secret among the
 * arguments. A named pipe, because programs may open `/dev/stdout` anew, which
 * the socket that Node would give them refuses.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { jobFiles, markVariable, type SpecRecord } from './jobFolder.ts';
import { OutputPipe } from './outputPipe.ts';

export type StartedCommand = {
  readonly pid: number;
  readonly output: OutputPipe;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
};

export async function startCommand(folder: string, spec: SpecRecord): Promise<StartedCommand> {
  const pipe = join(folder, jobFiles.pipe);
  // The reading end first: opening the other one alone would wait for it.
  const reading = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writing = openSync(pipe, constants.O_WRONLY);
  const output = new OutputPipe(reading);
  try {
    const [program, ...args] = launchWords(spec);
    const child = spawn(program, args, {
      cwd: join(folder, jobFiles.code, spec.folder),
      env: { ...spec.variables, [markVariable]: spec.mark },
      stdio: ['ignore', writing, writing],
      detached: true,
    });
    const ended = endOf(child);
    return { pid: await pidOf(child), output, ended };
  } catch (error) {
    output.letGo();
    throw error;
  } finally {
    closeSync(writing);
  }
}

function launchWords({ shell, command, cpuSet }: SpecRecord): readonly [string, ...string[]] {
  if (cpuSet === null) return [shell, '-c', command];
  return ['taskset', '-c', cpuSet.join(','), shell, '-c', command];
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => (child.pid === undefined ? reject(new Error('no process')) : resolve(child.pid)));
  });
}

function endOf(child: ChildProcess): StartedCommand['ended'] {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}
