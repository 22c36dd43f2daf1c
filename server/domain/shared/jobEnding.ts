/**
 * Says in the product's words why a command ended. Pure: what happened goes
 * in, reason and one line for people come out.
 */
import type { RunReason } from '../../../protocol/model/run.ts';

/** Numbers as Linux has them, which others share but for a few. */
const signals: ReadonlyMap<number, string> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [13, 'SIGPIPE'],
  [14, 'SIGALRM'],
  [15, 'SIGTERM'],
]);

/** The name of a signal by its number. */
export function signalName(number: number): string {
  return signals.get(number) ?? `signal ${number}`;
}

/** What was done to the command before it ended. */
export type Cause =
  | { readonly reason: 'stopped-by-user' }
  | { readonly reason: 'time-limit'; readonly minutes: number }
  | { readonly reason: 'memory-limit'; readonly usedBytes: number; readonly limitMiB: number }
  | { readonly reason: 'signal'; readonly detail: string };

export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly cause: Cause | null;
  readonly diskFull: boolean;
  readonly command: string;
  /** The end of the output. */
  readonly tail: string;
};

export type Ending = { readonly reason: RunReason | null; readonly detail: string | null };

export function describeEnding(ended: Ended): Ending {
  const { code, signal, cause, diskFull } = ended;
  if (cause) return { reason: cause.reason, detail: describeCause(cause) };
  if (code === 0) return { reason: null, detail: null };
  if (diskFull) return { reason: 'disk-full', detail: `The disk of the job was full; ${describeExit(code, signal)}.` };
  if (signal !== null) return { reason: 'signal', detail: `The command was ended by ${signal}.` };
  if (code === 127) {
    return { reason: 'command-not-found', detail: `Command not found: ${missingCommand(ended)}` };
  }
  return { reason: 'exit-code', detail: `${capitalise(describeExit(code, signal))}${hintOf(code)}.` };
}

function describeCause(cause: Cause): string {
  switch (cause.reason) {
    case 'stopped-by-user':
      return 'Stopped on request.';
    case 'time-limit':
      return `Stopped after the time limit of ${cause.minutes} min.`;
    case 'memory-limit':
      return `Used ${Math.ceil(cause.usedBytes / 1048576)} MiB of memory; the limit is ${cause.limitMiB} MiB.`;
    case 'signal':
      return cause.detail;
  }
}

function describeExit(code: number | null, signal: string | null): string {
  return signal === null ? `the command ended with exit code ${code}` : `the command was ended by ${signal}`;
}

/** Shells report a command that a signal ended as 128 plus its number. */
function hintOf(code: number | null): string {
  if (code === 126) return ': something it calls cannot be executed';
  const name = signals.get((code ?? 0) - 128);
  if (name === undefined) return '';
  return name === 'SIGKILL' ? ' (SIGKILL; the system does that, for instance, when memory runs out)' : ` (${name})`;
}

/** The name as the shell's message has it, else the first word of the command. */
function missingCommand({ tail, command }: Ended): string {
  const named = [...tail.matchAll(/(?:: (?:line )?\d+|\bsh): ([^\n]{1,200}): (?:command )?not found/g)].at(-1)?.[1];
  return named ?? command.trim().split(/\s+/)[0] ?? command;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
