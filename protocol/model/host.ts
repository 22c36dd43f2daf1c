/** A host: a machine with a container engine that runs of some tiers are placed on. */
import * as z from 'zod';
import { label, slug, timestamp } from './common.ts';

const path = z.string().regex(/^\/[^\0]{1,500}$/, 'an absolute path');
const hostName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, 'a host name or an address');
const port = z.int().min(1).max(65_535);

/** How the server reaches its engine. Files lie on the server's machine. */
export const hostConnection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local'), socket: path.default('/var/run/docker.sock') }),
  z.strictObject({
    kind: z.literal('ssh'),
    host: hostName,
    port: port.default(22),
    user: z.string().regex(/^[\w.-]{1,64}$/),
    keyFile: path.nullable().default(null).describe('Private key; null asks the SSH agent of the server'),
    hostKey: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'a fingerprint, as ssh-keygen -l prints it')
      .describe('Fingerprint of its host key: another machine that answers is refused'),
  }),
  z.strictObject({
    kind: z.literal('tls'),
    host: hostName,
    port: port.default(2376),
    caFile: path,
    certFile: path,
    keyFile: path,
  }),
]);
export type HostConnection = z.infer<typeof hostConnection>;

export const hostLabels = z.record(z.string().regex(/^[\w.-]{1,63}$/), z.string().max(63));

/** As an administrator writes it into catalog.json. */
export const host = z.strictObject({
  id: slug,
  name: label.optional().describe('Defaults to the id'),
  connection: hostConnection,
  labels: hostLabels.default({}).describe('What tiers choose hosts by, as {"gpu": "a100"}'),
  image: z
    .string()
    .regex(/^[\w][\w./:@-]{0,255}$/)
    .default('python:3.13-slim')
    .describe('Image of environments that name none; it needs /bin/sh, and Python with venv for requirements'),
  serverUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe('Where containers reach this server; null where the engine is on its machine'),
  diskQuota: z
    .boolean()
    .default(false)
    .describe('The engine can hold containers to a size: overlay2 on xfs with pquota'),
});
export type Host = z.infer<typeof host>;

/** What the engine says of its machine. */
export const hostFacts = z.object({
  version: z.string().describe('Of the engine'),
  cpus: z.number().nonnegative(),
  memoryMiB: z.number().nonnegative(),
  gpus: z.array(z.string()).readonly().describe('Their ids'),
  gpuDriver: z.enum(['nvidia', 'named']).describe('named: containers are told which are theirs, and no more'),
  gpuKinds: z.array(z.string()).readonly(),
  liveRestore: z.boolean().describe('Containers outlive a restart of the engine'),
  swarm: z.boolean(),
  freeDiskMiB: z.number().nonnegative().nullable().describe('null: its disk cannot be seen from the server'),
});
export type HostFacts = z.infer<typeof hostFacts>;

export const hostStatus = z.object({
  id: slug,
  name: label,
  connection: z.enum(['local', 'ssh', 'tls']),
  labels: hostLabels,
  drained: z.object({ at: timestamp, by: z.string() }).nullable().describe('Takes no new runs; null when it does'),
  facts: hostFacts.nullable().describe('null while it does not answer'),
  problem: z.string().nullable().describe('Why nothing can run there now'),
  advice: z.array(z.string()).readonly().describe('What an administrator should know or change'),
  runs: z.int().nonnegative().describe('Placed there and not ended'),
  cpusTaken: z.number().nonnegative(),
  memoryMiBTaken: z.number().nonnegative(),
  gpusTaken: z.int().nonnegative(),
});
export type HostStatus = z.infer<typeof hostStatus>;

export const drainInput = z.object({
  hostId: slug,
  drain: z.boolean().describe('true: it takes no new runs, and those that it has go on'),
});
export type DrainInput = z.infer<typeof drainInput>;
