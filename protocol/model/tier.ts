/** A hardware tier: what an administrator offers as a machine to run on, with limits and a price. */
import * as z from 'zod';
import { label, slug, tierId } from './common.ts';
import { hostLabels } from './host.ts';
import { projectRole } from './session.ts';

export const tier = z.object({
  id: tierId,
  name: label,
  description: z.string().max(500).default(''),
  backend: slug.default('process').describe('Compute backend'),
  host: slug.default('local'),
  cpus: z.number().positive().max(4096),
  memoryMiB: z.int().positive(),
  gpus: z.int().nonnegative().default(0),
  gpuKind: z.string().max(63).nullable().default(null).describe('As the host names it; null takes any'),
  sharedMemoryMiB: z.int().positive().nullable().default(null).describe('null: half of the memory'),
  diskMiB: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('What a run may write, where the host can hold it to that'),
  internet: z.boolean().default(true).describe('Whether containers reach more than this server'),
  hostLabels: hostLabels.default({}).describe('Labels that a Docker host must have'),
  maxMinutes: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('A run is stopped after this long; null is no limit'),
  pricePerHour: z.number().nonnegative().default(0),
  concurrency: z.int().positive().max(10_000).default(1).describe('How many runs at once; the others queue'),
  priority: z.int().min(-100).max(100).default(0).describe('Higher starts first on the same host'),
  adminOnly: z.boolean().default(false),
  usableBy: z
    .strictObject({
      roles: z
        .array(projectRole)
        .max(3)
        .default([])
        .describe('In the project of the run; who has a higher one may too'),
      groups: z.array(slug).max(100).default([]).describe('Ids of groups whose people may in every project of theirs'),
    })
    .nullable()
    .default(null)
    .describe('Who may run on it, beside administrators; null is everybody who may launch'),
});
export type Tier = z.infer<typeof tier>;

/** A tier with what is going on in it now. */
export const tierStatus = tier.extend({
  running: z.int().nonnegative(),
  queued: z.int().nonnegative(),
  available: z.boolean().describe('Whether its backend answers'),
  problem: z.string().nullable().describe('Why it cannot be used, or what does not fit the host'),
});
export type TierStatus = z.infer<typeof tierStatus>;

export const tierList = z.object({
  tiers: z.array(tierStatus).readonly(),
  currency: z.string().length(3),
  defaultTierId: tierId.nullable(),
  defaultEnvironmentId: z.string().nullable(),
  catalogProblem: z
    .string()
    .nullable()
    .describe('Why the newest catalog.json is not in force, with its line; null when it is'),
});
export type TierList = z.infer<typeof tierList>;
