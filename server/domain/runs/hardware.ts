/** The hardware that a run was launched on, as the event of its creation tells it. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Tier } from '../../../protocol/model/tier.ts';

const facts = ['backend', 'host', 'cpus', 'memoryMiB', 'gpus'] as const;
export type Hardware = Pick<Tier, (typeof facts)[number]>;

export function hardwareOf(tier: Tier): Hardware {
  const { backend, host, cpus, memoryMiB, gpus } = tier;
  return { backend, host, cpus, memoryMiB, gpus };
}

/** Null where it was not told: by a client that only logs, by an earlier version, or in a pruned event. */
export function hardwareIn(creation: FlywheelEvent | null): Hardware | null {
  if (creation === null) return null;
  const { backend, host, cpus, memoryMiB, gpus } = creation.detail;
  const isWhole = typeof backend === 'string' && typeof host === 'string' && typeof cpus === 'number';
  if (!isWhole || typeof memoryMiB !== 'number' || typeof gpus !== 'number') return null;
  return { backend, host, cpus, memoryMiB, gpus };
}

/** What is not equal, in words. */
export function hardwareChanges(before: Hardware, now: Hardware): readonly string[] {
  return facts.filter((fact) => before[fact] !== now[fact]).map((fact) => `${fact} ${before[fact]} → ${now[fact]}`);
}
