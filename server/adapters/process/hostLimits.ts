/** What this machine can give to jobs, and what of a tier it cannot. Reads only. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { BackendProbe } from '../../domain/compute/ports.ts';

const mebibyte = 1024 * 1024;

export function probeHost(): BackendProbe {
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const posix = process.platform !== 'win32';
  return {
    available: posix,
    problem: posix ? null : 'Jobs as processes need Linux or macOS; this server runs on Windows.',
    cpus: availableParallelism(),
    memoryMiB: Math.floor(Math.min(totalmem(), constrained) / mebibyte),
  };
}

export function misfitOf(tier: Tier): string | null {
  const { problem, cpus, memoryMiB } = probeHost();
  if (problem !== null) return problem;
  if (tier.gpus > 0) return `The tier has ${tier.gpus} GPU(s); jobs as processes get none.`;
  if (tier.cpus > cpus) return `The tier has ${tier.cpus} CPUs; this machine has ${cpus}.`;
  if (tier.memoryMiB > memoryMiB)
    return `The tier has ${tier.memoryMiB} MiB of memory; this machine has ${memoryMiB} MiB.`;
  return null;
}

/** Processors this process may use, by number; none where jobs cannot be held to some. */
export async function pinnableCpus(): Promise<readonly number[]> {
  if (process.platform !== 'linux' || !(await hasTaskset())) return [];
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    if (first === undefined || last === undefined) return [];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function hasTaskset(): Promise<boolean> {
  return new Promise((resolve) => execFile('taskset', ['--version'], (error) => resolve(error === null)));
}
