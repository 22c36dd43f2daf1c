/**
 * What an engine says of a container, in the product's words. Pure. How a job
 * ended is told apart by who ended it: the command, the server, the engine for
 * want of memory, or somebody behind the server's back.
 */
import type { ContainerInspectInfo } from 'dockerode';
import type { JobState, JobUsage } from '../../domain/compute/ports.ts';
import { type Cause, describeEnding, signalName } from '../../domain/shared/jobEnding.ts';
import { labels } from './containerSettings.ts';
import type { JobRecords } from './jobRecords.ts';
import { neverBegan } from './jobScript.ts';

type EndedState = Extract<JobState, { readonly kind: 'ended' }>;
export type Container = Pick<ContainerInspectInfo, 'State' | 'Config' | 'Id' | 'Name'>;

/** Before the end: null when the end is to be looked into. */
export function liveState({ State }: Container): JobState | null {
  if (State.Status === 'created') return { kind: 'starting' };
  if (State.Running) return { kind: 'running', startedAt: timeOf(State.StartedAt) ?? Date.now() };
  return null;
}

export type Ending = {
  readonly records: JobRecords;
  /** The end of the output. */
  readonly tail: string;
  /** As far as it was seen. */
  readonly usage: JobUsage;
  readonly command: string;
};

export function endedState(container: Container, { records, tail, usage, command }: Ending): EndedState {
  const { State, Config } = container;
  const startedAt = timeOf(State.StartedAt);
  const endedAt = Math.max(timeOf(State.FinishedAt) ?? Date.now(), startedAt ?? 0);
  const used = usageOf(records, usage);
  const limitMiB = Number(Config.Labels[labels.memoryMiB] ?? 0);
  const common = { kind: 'ended', startedAt, endedAt, usage: used } as const;
  // Asked before all else: whatever the command made of it, something of it was taken away.
  if (State.OOMKilled) {
    const usedBytes = used.peakMemoryBytes || limitMiB * 1024 * 1024;
    return {
      ...common,
      exitCode: codeOf(records),
      ...wordsFor(records, { reason: 'memory-limit', usedBytes, limitMiB }),
    };
  }
  const cause = causeOf(Config.Labels, records);
  if (cause === null && records.end?.asked !== false) return { ...common, exitCode: null, ...vanished(State) };
  const { code, signal } = wayOut(records);
  const diskFull = /No space left on device|Disk quota exceeded|Errno 28/.test(tail);
  return { ...common, exitCode: code, ...describeEnding({ code, signal, cause, diskFull, command, tail }) };
}

function wordsFor({ end }: JobRecords, cause: Cause) {
  return describeEnding({ code: end?.code ?? null, signal: null, cause, diskFull: false, command: '', tail: '' });
}

function codeOf({ end }: JobRecords): number | null {
  return end === null || end.code > 128 ? null : end.code;
}

/** A shell tells of a signal by a code that a command may also choose: the record of its own leaving decides. */
function wayOut({ end, exit }: JobRecords): { readonly code: number | null; readonly signal: string | null } {
  if (end === null) return { code: null, signal: 'SIGKILL' };
  if (end.code > 128 && exit === null) return { code: null, signal: signalName(end.code - 128) };
  return { code: end.code, signal: null };
}

function causeOf(given: Readonly<Record<string, string>>, { stop }: JobRecords): Cause | null {
  if (stop === null) return null;
  const minutes = Number(given[labels.maxMinutes] ?? 0);
  return stop.reason === 'time-limit' ? { reason: 'time-limit', minutes } : { reason: 'stopped-by-user' };
}

/** It was ended by force, or told to end, and the server did neither. */
function vanished({ ExitCode, Error: problem }: Container['State']): Pick<EndedState, 'reason' | 'detail'> {
  if (ExitCode === neverBegan) {
    return { reason: 'job-disappeared', detail: 'Its container ended before the command was started.' };
  }
  if (!problem) {
    const how = 'the engine was restarted without live-restore, the machine went down, or somebody killed it';
    return { reason: 'host-lost', detail: `Its container was ended from outside: ${how}.` };
  }
  return { reason: 'job-disappeared', detail: `Its container ended with ${ExitCode}: ${problem}` };
}

function usageOf({ end }: JobRecords, seen: JobUsage): JobUsage {
  const cpuSeconds = Math.max(end?.cpuSeconds ?? 0, seen.cpuSeconds);
  return {
    cpuSeconds: Math.round(cpuSeconds * 1000) / 1000,
    peakMemoryBytes: Math.max(end?.memoryBytes ?? 0, seen.peakMemoryBytes),
  };
}

/** Null for the year 1, which engines give for never. */
function timeOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isFinite(time) && time > 0 ? time : null;
}
