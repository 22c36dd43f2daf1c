/**
 * What lies in a job's folder, and the only ways to put a record there. A
 * record is whole or absent, also after a crash; a claimed one is written
 * once for good, whoever comes first. The supervisor imports this file, so it
 * must import nothing but node.
 */
import { type FileHandle, link, open, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReason } from '../../../protocol/model/run.ts';
import type { JobUsage } from '../../domain/compute/ports.ts';

export const jobFiles = {
  /** What to run, with its secrets; gone once a supervisor has read it. */
  spec: 'spec.json',
  /** What may be known about the job afterwards. */
  job: 'job.json',
  /** Who supervises it: claimed before the command starts, so that it starts once. */
  claim: 'supervisor.json',
  command: 'command.json',
  stop: 'stop.json',
  exit: 'exit.json',
  usage: 'usage.jsonl',
  code: 'code',
  output: 'output',
  pipe: 'output.pipe',
  /** Secrets that the command reads as files; gone when it has ended. */
  secrets: 'secrets',
  supervisorLog: 'supervisor.log',
} as const;

export type SpecRecord = {
  readonly command: string;
  /** The whole environment of the command. */
  readonly variables: Readonly<Record<string, string>>;
  /** By name: each is written before the command starts. */
  readonly secretFiles: Readonly<Record<string, string>>;
  readonly shell: string;
  /** Folder inside `code`. */
  readonly folder: string;
  readonly memoryMiB: number;
  readonly maxMinutes: number | null;
  /** Processors the command is held to; null for all. */
  readonly cpuSet: readonly number[] | null;
  readonly logLimitMiB: number;
  /** Value of `markVariable` in every process of the job, to find those that left its group. */
  readonly mark: string;
};

export type JobRecord = {
  readonly folder: string;
  readonly submittedAt: number;
  readonly mark: string;
  readonly cpuSet: readonly number[] | null;
  /** What it may listen on, by name; records of before workspaces have none. */
  readonly ports?: Readonly<Record<string, PortRecord>>;
};

export type PortRecord = { readonly port: number; readonly socket: string | null };

/** A process, told from a later one with the same number by when it was born. */
export type ProcessIdentity = { readonly pid: number; readonly born: string };

export type CommandRecord = ProcessIdentity & { readonly startedAt: number };

export type StopRecord = { readonly graceMs: number };

export type ExitRecord = {
  readonly startedAt: number | null;
  readonly endedAt: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: RunReason | null;
  readonly detail: string | null;
  readonly usage: JobUsage;
};

export const markVariable = 'FLYWHEEL_JOB_MARK';

/** A record, or null when it is not there. */
export async function readRecord<T>(folder: string, name: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Puts a record in place of whatever was there. */
export async function writeRecord(folder: string, name: string, record: unknown): Promise<void> {
  const draft = join(folder, `.${name}.${process.pid}.${nextDraft()}`);
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  await rename(draft, join(folder, name));
}

/** Puts a record there for good, unless there is one. Durable when it answers true. */
export async function claimRecord(folder: string, name: string, record: unknown): Promise<boolean> {
  const draft = join(folder, `.${name}.${process.pid}.${nextDraft()}`);
  await writeDurably(draft, JSON.stringify(record));
  try {
    return await settle(folder, draft, name);
  } finally {
    await dropFile(draft);
  }
}

/** Gives a finished draft its final name; false when the name is taken. */
export async function settle(folder: string, draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, join(folder, name));
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
  await syncFolder(folder);
  return true;
}

export async function writeDurably(file: string, text: string): Promise<void> {
  await using handle = await openDisposable(file, 'w');
  await handle.file.writeFile(text);
  await handle.file.sync();
}

export async function dropFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await openDisposable(folder, 'r');
  await handle.file.sync();
}

async function openDisposable(file: string, flags: string): Promise<AsyncDisposable & { readonly file: FileHandle }> {
  const handle = await open(file, flags, 0o600);
  return { file: handle, [Symbol.asyncDispose]: () => handle.close() };
}

let drafts = 0;
function nextDraft(): number {
  drafts += 1;
  return drafts;
}

export function hasCode(error: unknown, code: string): boolean {
  return (error as { readonly code?: unknown } | null)?.code === code;
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}
