/**
 * Runs one program of an environment build: its output goes to a listener as
 * it comes, the last of it is kept for the reason of a failure, and a
 * cancelled one is killed with all that it started.
 */
import { spawn } from 'node:child_process';
import { buildEnvironment } from './baseEnvironment.ts';
import { hasCode, markVariable } from './jobFolder.ts';
import { ProcessTree } from './processTree.ts';

export type BuildStep = {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly mark: string;
  readonly log: (data: Uint8Array) => void;
  readonly signal: AbortSignal;
};

export type StepResult = {
  readonly ok: boolean;
  /** The beginning is dropped when it is long. */
  readonly output: string;
  /** There is no such program. */
  readonly missing: boolean;
};

const keptBytes = 256 * 1024;

export async function runStep({ program, args, folder, mark, log, signal }: BuildStep): Promise<StepResult> {
  if (signal.aborted) return { ok: false, output: '', missing: false };
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...buildEnvironment(), [markVariable]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let kept = Buffer.alloc(0);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      kept = Buffer.concat([kept, data]).subarray(-keptBytes);
      log(data);
    });
  }
  const kill = () => void new ProcessTree({ leader: null, mark }).kill();
  signal.addEventListener('abort', kill, { once: true });
  try {
    const { code, missing } = await new Promise<{ code: number | null; missing: boolean }>((resolve, reject) => {
      child.once('close', (code) => resolve({ code, missing: false }));
      child.once('error', (error) =>
        hasCode(error, 'ENOENT') ? resolve({ code: null, missing: true }) : reject(error),
      );
    });
    return { ok: code === 0, output: kept.toString('utf8'), missing };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
