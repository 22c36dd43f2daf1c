/** Runs the real `flywheel` command as a child and collects what it writes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
export type Running = { readonly child: ChildProcess; readonly out: () => string; readonly ended: Promise<Ended> };

const bin = join(import.meta.dirname, '../../../cli/bin.mjs');

type Place = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it finds on standard input. */
  readonly input?: string;
};

export function startCli(args: readonly string[], { cwd, env = {}, input }: Place = {}): Running {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('FLYWHEEL_'));
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...Object.fromEntries(clean), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, out: () => out, ended };
}

export function cli(args: readonly string[], place: Place = {}): Promise<Ended> {
  return startCli(args, place).ended;
}
