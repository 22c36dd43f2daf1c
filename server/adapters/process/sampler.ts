/**
 * Measures what a job's processes use, once a second and sooner at its start,
 * and tells when their memory passes the limit. Looking costs at most a small
 * share of one core, however many processes the host runs.
 */
import { appendFile } from 'node:fs/promises';
import type { JobUsage, UsageSample } from '../../domain/compute/ports.ts';
import { hasProc, listProcesses, type ProcessEntry, sharedOutMemory } from './processTable.ts';
import type { ProcessTree } from './processTree.ts';

const firstLooksMs = [30, 100, 250, 500];
const lookMs = 1000;
/** Near the limit a second is too long to wait. */
const lookNearLimitMs = 200;
/** Time between looks is at least this many times the processor time that the last one took. */
const costFactor = 30;
const longestPauseMs = 5000;
/** Samples are thinned as a job grows old, so that their file stays small for weeks. */
const fullRateSamples = 3600;

export type SamplerOptions = {
  readonly tree: ProcessTree;
  readonly file: string;
  readonly memoryLimitBytes: number;
  readonly onOverMemory: (usedBytes: number) => void;
};

export class Sampler {
  readonly #options: SamplerOptions;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #cpuSeconds = 0;
  #peakMemoryBytes = 0;
  #written = { at: 0, atCpuSeconds: 0, atClock: performance.now() };

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#schedule(firstLooksMs[0] ?? lookMs);
  }

  /** What was used in all; takes the time of ended children from the system when it tells. */
  async finish(): Promise<JobUsage> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#countCpu(
      [],
      (await listProcesses()).find((entry) => entry.pid === process.pid),
    );
    return { cpuSeconds: round(this.#cpuSeconds), peakMemoryBytes: this.#peakMemoryBytes };
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const before = process.cpuUsage();
    const near = await this.#measure().catch(() => false);
    if (this.#timer === undefined) return;
    this.#looks += 1;
    const pause = firstLooksMs[this.#looks] ?? (near ? lookNearLimitMs : lookMs);
    const { user, system } = process.cpuUsage(before);
    this.#schedule(Math.max(pause, Math.min(((user + system) / 1000) * costFactor, longestPauseMs)));
  }

  /** One look; answers whether memory is near its limit. */
  async #measure(): Promise<boolean> {
    const all = await listProcesses();
    if (this.#timer === undefined) return false;
    const members = this.#options.tree.membersAmong(all);
    this.#countCpu(
      members,
      all.find((entry) => entry.pid === process.pid),
    );
    const memoryBytes = await this.#memoryOf(members);
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, memoryBytes);
    await this.#write(memoryBytes);
    const limit = this.#options.memoryLimitBytes;
    if (memoryBytes > limit) this.#options.onOverMemory(memoryBytes);
    return memoryBytes > limit * 0.7;
  }

  #countCpu(members: readonly ProcessEntry[], self: ProcessEntry | undefined): void {
    const ended = self?.childCpuSeconds ?? 0;
    const sum = members.reduce((total, entry) => total + entry.cpuSeconds + entry.childCpuSeconds, ended);
    this.#cpuSeconds = Math.max(this.#cpuSeconds, sum);
  }

  /** The plain sum counts shared pages twice; near the limit the exact, dearer figure decides. */
  async #memoryOf(members: readonly ProcessEntry[]): Promise<number> {
    const sum = members.reduce((total, entry) => total + entry.memoryBytes, 0);
    if (sum <= this.#options.memoryLimitBytes || !hasProc) return sum;
    const exact = await Promise.all(members.map(async (entry) => (await sharedOutMemory(entry.pid)) ?? 0));
    return exact.reduce((total, bytes) => total + bytes, 0) || sum;
  }

  async #write(memoryBytes: number): Promise<void> {
    const now = performance.now();
    const gap = Math.max(lookMs * 0.9, (now - this.#startedAt) / fullRateSamples);
    const { at, atCpuSeconds, atClock } = this.#written;
    if (at > 0 && now - atClock < gap) return;
    const seconds = Math.max(0.001, (now - atClock) / 1000);
    const sample: UsageSample = {
      // A clock that is set back must not put samples behind what was read.
      at: Math.max(Date.now(), at + 1),
      cpuCores: round((this.#cpuSeconds - atCpuSeconds) / seconds),
      memoryBytes,
    };
    this.#written = { at: sample.at, atCpuSeconds: this.#cpuSeconds, atClock: now };
    await appendFile(this.#options.file, `${JSON.stringify(sample)}\n`, { mode: 0o600 });
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
