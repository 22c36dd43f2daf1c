/** What an administrator writes in catalog.json, and what a new installation gets. */
import { availableParallelism, totalmem } from 'node:os';
import * as z from 'zod';
import { slug } from '../../../protocol/model/common.ts';
import { host } from '../../../protocol/model/host.ts';
import { stage } from '../../../protocol/model/project.ts';
import { tier } from '../../../protocol/model/tier.ts';

const unique = (ids: readonly string[]) => new Set(ids).size === ids.length;

const firstStages = [
  { id: 'ideation', name: 'Ideation', quiet: false },
  { id: 'exploration', name: 'Exploration', quiet: false },
  { id: 'validation', name: 'Validation', quiet: false },
  { id: 'deployed', name: 'Deployed', quiet: false },
  { id: 'monitored', name: 'Monitored', quiet: false },
  { id: 'retired', name: 'Retired', quiet: true },
];

export const catalogModel = z
  .strictObject({
    $schema: z.string().optional().describe('For editors'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'three capital letters, as EUR')
      .default('EUR'),
    hosts: z
      .array(host)
      .max(200)
      .default([])
      .refine((hosts) => unique(hosts.map(({ id }) => id)), 'two hosts have the same id'),
    tiers: z
      .array(z.strictObject(tier.shape))
      .refine((tiers) => unique(tiers.map(({ id }) => id)), 'two tiers have the same id'),
    stages: z
      .array(z.strictObject(stage.shape))
      .min(1)
      .max(20)
      .refine((stages) => unique(stages.map(({ id }) => id)), 'two stages have the same id')
      .default([...firstStages]),
    defaults: z
      .strictObject({
        tierId: slug.nullable().default(null),
        environmentId: slug.nullable().default(null),
        logLimitMiB: z.int().min(16).max(1_048_576).default(64),
        stopGraceSeconds: z.number().min(0).max(3600).default(10),
        webhookRanges: z
          .array(z.union([z.cidrv4(), z.cidrv6()]))
          .max(100)
          .default([]),
      })
      .prefault({}),
  })
  .superRefine(({ tiers, defaults }, context) => {
    if (defaults.tierId === null || tiers.some(({ id }) => id === defaults.tierId)) return;
    context.addIssue({
      code: 'custom',
      path: ['defaults', 'tierId'],
      message: `there is no tier "${defaults.tierId}"`,
    });
  });
export type CatalogModel = z.infer<typeof catalogModel>;

type Machine = { readonly cpus: number; readonly memoryMiB: number };

function thisMachine(): Machine {
  return { cpus: availableParallelism(), memoryMiB: Math.floor(totalmem() / 1024 / 1024) };
}

/** Three tiers that fit the machine: some of it, half of it, all of it. */
export function firstCatalog(machine: Machine = thisMachine()): CatalogModel {
  const small = { cpus: 1, memoryMiB: Math.min(1024, machine.memoryMiB) };
  const standard = { cpus: Math.max(1, Math.floor(machine.cpus / 2)), memoryMiB: wholeGiB(machine.memoryMiB / 2) };
  const large = { cpus: machine.cpus, memoryMiB: wholeGiB(machine.memoryMiB * 0.9) };
  return catalogModel.parse({
    tiers: [
      {
        id: 'small',
        name: 'Small',
        description: 'For trying things out',
        ...small,
        concurrency: 2,
        pricePerHour: 0.05,
        priority: 10,
      },
      { id: 'standard', name: 'Standard', description: 'Half of the machine', ...standard, pricePerHour: 0.2 },
      { id: 'large', name: 'Large', description: 'All of the machine, one run at a time', ...large, pricePerHour: 0.4 },
    ],
    defaults: { tierId: 'small', environmentId: 'system' },
  });
}

/** Rounded down to GiB where there is at least one. */
function wholeGiB(memoryMiB: number): number {
  return memoryMiB < 1024 ? Math.max(1, Math.floor(memoryMiB)) : Math.floor(memoryMiB / 1024) * 1024;
}
