/** Adds an experiment within a unit of work, whoever asks: names are unique among those that are not deleted. */

import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredExperiment } from './ports.ts';

export type NewExperiment = {
  readonly projectId: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly at: number;
};

export async function createExperiment(
  stores: Stores,
  asked: NewExperiment,
  caller: Caller,
): Promise<StoredExperiment> {
  await refuseTakenName(stores, asked.name);
  const { projectId, name, tags, at } = asked;
  const experiment = { projectId, name, tags, createdAt: at, updatedAt: at, deletedAt: null };
  const id = await stores.tracking.insertExperiment(experiment);
  await stores.events.append({
    type: 'experiment.created',
    actor: actorOf(caller),
    subject: { projectId, experimentId: id },
    detail: { name },
    at,
  });
  return { ...experiment, id };
}

export async function refuseTakenName(stores: Stores, name: string): Promise<void> {
  const namesake = await stores.tracking.experimentByName(name);
  if (namesake === null || namesake.deletedAt !== null) return;
  throw new DomainError('already-exists', `Experiment(name=${name}) already exists.`, {
    field: 'name',
    remedy: 'Names of experiments are unique over the server: choose another, or log into that one.',
  });
}
