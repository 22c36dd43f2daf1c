/**
 * Reads which processes there are: from /proc on Linux, through `ps`
 * elsewhere. Only reads; whom to end is decided in processTree.ts. The
 * supervisor imports this file, so it must import nothing but node.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

export type ProcessEntry = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly born: string;
  readonly cpuSeconds: number;
  /** Of children that ended and were waited for. */
  readonly childCpuSeconds: number;
  readonly memoryBytes: number;
};

export const hasProc = process.platform === 'linux';

/** All processes of this host that can be seen; the dead that nobody waited for are left out. */
export function listProcesses(): Promise<readonly ProcessEntry[]> {
  return hasProc ? listFromProc() : listFromPs();
}

/** When a process was born, as text to compare; null when there is none such alive. */
export async function bornOf(pid: number): Promise<string | null> {
  if (hasProc) return (await readEntry(pid))?.born ?? null;
  return (await listFromPs(['-p', String(pid)]))[0]?.born ?? null;
}

/** Whether one process may descend from another: born no earlier, and in the same boot. */
export function isBornSince(born: string, since: string): boolean {
  if (!hasProc) return Date.parse(born) >= Date.parse(since);
  const [boot, ticks] = born.split(':');
  const [sinceBoot, sinceTicks] = since.split(':');
  return boot === sinceBoot && Number(ticks) >= Number(sinceTicks);
}

/** Processes that carry a variable in their first environment. Only those that may be read; none without /proc. */
export async function withVariable(entries: readonly ProcessEntry[], variable: string): Promise<ProcessEntry[]> {
  if (!hasProc) return [];
  const found: ProcessEntry[] = [];
  for (const entry of entries) {
    const environment = await readOrNull(`/proc/${entry.pid}/environ`);
    if (environment?.split('\0').includes(variable)) found.push(entry);
  }
  return found;
}

/** Memory of a process with what it shares divided among the sharers; null when the system does not say. */
export async function sharedOutMemory(pid: number): Promise<number | null> {
  if (!hasProc) return null;
  const kib = /^Pss:\s+(\d+) kB/m.exec((await readOrNull(`/proc/${pid}/smaps_rollup`)) ?? '')?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

async function listFromProc(): Promise<readonly ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(pids.map((pid) => readEntry(Number(pid))));
  return entries.filter((entry) => entry !== null);
}

async function readEntry(pid: number): Promise<ProcessEntry | null> {
  const stat = await readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name stands in brackets and may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  const { pageBytes, ticksPerSecond, boot } = systemUnits();
  return {
    pid,
    parent: field(4),
    group: field(5),
    session: field(6),
    born: `${boot}:${field(22)}`,
    cpuSeconds: (field(14) + field(15)) / ticksPerSecond,
    childCpuSeconds: (field(16) + field(17)) / ticksPerSecond,
    memoryBytes: field(24) * pageBytes,
  };
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Gone meanwhile, or not ours to read.
    return null;
  }
}

type SystemUnits = { readonly pageBytes: number; readonly ticksPerSecond: number; readonly boot: string };
let units: SystemUnits | null = null;

/** The kernel tells each process its page size and clock ticks in the auxiliary vector: pairs of words. */
function systemUnits(): SystemUnits {
  if (units) return units;
  const vector = readFileSync('/proc/self/auxv');
  const words = new Map<number, number>();
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    words.set(Number(vector.readBigUInt64LE(at)), Number(vector.readBigUInt64LE(at + 8)));
  }
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
  units = { pageBytes: words.get(6) ?? 4096, ticksPerSecond: words.get(17) ?? 100, boot };
  return units;
}

/** Portable, slower, and blind for the time of children that ended. */
export async function listFromPs(which: readonly string[] = ['-A']): Promise<readonly ProcessEntry[]> {
  const columns = ['pid', 'ppid', 'pgid', 'sess', 'rss', 'time', 'stat', 'lstart'];
  const format = columns.flatMap((column) => ['-o', `${column}=`]);
  const text = await new Promise<string>((resolve) => {
    const options = { maxBuffer: 16 * 1024 * 1024, env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' } };
    execFile('ps', [...which, ...format], options, (_error, stdout) => resolve(stdout));
  });
  return text.split('\n').flatMap((line) => parsePsLine(line.trim()) ?? []);
}

function parsePsLine(line: string): ProcessEntry | null {
  const [pid, parent, group, session, rss, time = '', stat = '', ...born] = line.split(/\s+/);
  if (!/^\d+$/.test(pid ?? '') || stat.startsWith('Z')) return null;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    session: Number(session) || 0,
    born: born.join(' '),
    cpuSeconds: parsePsTime(time),
    childCpuSeconds: 0,
    memoryBytes: Number(rss) * 1024,
  };
}

/** `[days-]hours:minutes:seconds`, or minutes and hundredths on macOS. */
function parsePsTime(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), Number(days) * 24);
}
