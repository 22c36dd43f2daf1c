/** Where a sweep runs whose file does not say. */
import type { SweepDefaults, SweepFile } from '../protocol/model/sweepFile.ts';
import { ClientError } from './clientError.ts';
import type { FlywheelClient } from './connection/connection.ts';

/** Throws what is to be named in the file where the server has no default for it. */
export async function sweepDefaults(client: FlywheelClient, { environment, tiers }: SweepFile): Promise<SweepDefaults> {
  const { defaultEnvironmentId, defaultTierId } = await client.tiers.list();
  const environmentId = environment ?? defaultEnvironmentId;
  const tierIds = tiers ?? (defaultTierId === null ? [] : [defaultTierId]);
  if (environmentId !== null && tierIds.length > 0) return { environmentId, tierIds };
  const missing = environmentId === null ? 'environment' : 'hardware tier';
  const remedy = `Name one in the file, as ${environmentId === null ? 'environment: ID' : 'tiers: [ID]'}.`;
  throw new ClientError('invalid-input', `The server has no default ${missing}.`, { remedy });
}
