/** What a job on a tier is held to. */
import type { Tier } from '../../../protocol/model/tier.ts';
import type { JobLimits } from '../compute/ports.ts';

export function limitsOf(tier: Tier): JobLimits {
  const { cpus, memoryMiB, maxMinutes, gpus, sharedMemoryMiB, diskMiB, internet } = tier;
  return { cpus, memoryMiB, maxMinutes, gpus, sharedMemoryMiB, diskMiB, internet };
}
