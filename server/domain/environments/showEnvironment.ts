/** Environments and revisions as they are shown: with what their definitions and past runs tell. */
import type { Environment, EnvironmentCheck, EnvironmentRevision } from '../../../protocol/model/environment.ts';
import { DomainError } from '../shared/errors.ts';
import { personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import { requireRevision } from './environmentBuilder.ts';
import type { DefinitionReader, StoredCheck, StoredEnvironment, StoredRevision } from './ports.ts';
import { packageChanges } from './revisionDifference.ts';

type Reader = Pick<DefinitionReader, 'traits'>;

export async function requireEnvironment(stores: Stores, id: string): Promise<StoredEnvironment> {
  const found = await stores.environments.environment(id);
  if (found !== null) return found;
  throw new DomainError('not-found', `There is no environment ${id}.`, { field: 'environmentId' });
}

export async function showEnvironment(stores: Stores, id: string, reader: Reader): Promise<Environment> {
  const environment = await requireEnvironment(stores, id);
  const latest = await showRevision(
    stores,
    await requireRevision(stores, { environmentId: id, revision: 'latest' }),
    reader,
  );
  const stored = await stores.environments.revision(id, 'current');
  const isLatest = stored?.revision === latest.revision;
  const current = stored === null ? null : isLatest ? latest : await showRevision(stores, stored, reader);
  return { ...environment, latest, current };
}

export async function showRevision(
  stores: Stores,
  stored: StoredRevision,
  reader: Reader,
): Promise<EnvironmentRevision> {
  const { createdById, check, ...revision } = stored;
  return {
    ...revision,
    createdBy: await personOf(stores, createdById),
    check: check && showCheck(check, stored.build.lock),
    traits: reader.traits(stored.definition, stored.build.lock),
    startMs: median(await stores.environments.startTimes(stored)),
  };
}

function showCheck({ lock, ...check }: StoredCheck, built: string | null): EnvironmentCheck {
  const changed = lock === null || built === null ? null : packageChanges(built, lock).changes.length;
  return { ...check, changed };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
