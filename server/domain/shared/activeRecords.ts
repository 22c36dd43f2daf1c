/** Runs and experiments by id, told of in MLflow's words where they are absent or deleted. */
import type { StoredRun } from '../runs/ports.ts';
import type { StoredExperiment } from '../tracking/ports.ts';
import { DomainError } from './errors.ts';
import type { Stores } from './store.ts';

export async function existingRun(stores: Stores, id: string): Promise<StoredRun> {
  const run = await stores.runs.run(id);
  if (run !== null) return run;
  throw new DomainError('not-found', `Run with id=${id} not found.`, { field: 'run_id', remedy: 'Check the id.' });
}

/** A run that may be written: deleted ones must be restored first. */
export async function activeRun(stores: Stores, id: string): Promise<StoredRun> {
  const run = await existingRun(stores, id);
  requireActive(run);
  return run;
}

export function requireActive({ id, deletedAt }: StoredRun): void {
  if (deletedAt === null) return;
  throw new DomainError('wrong-state', `The run ${id} must be in the 'active' state; it is deleted.`, {
    field: 'run_id',
    remedy: 'Restore it first.',
  });
}

export async function existingExperiment(stores: Stores, id: string): Promise<StoredExperiment> {
  const experiment = await stores.tracking.experiment(id);
  if (experiment !== null) return experiment;
  throw new DomainError('not-found', `No Experiment with id=${id} exists.`, {
    field: 'experiment_id',
    remedy: 'Check the id.',
  });
}

export async function activeExperiment(stores: Stores, id: string): Promise<StoredExperiment> {
  const experiment = await existingExperiment(stores, id);
  if (experiment.deletedAt === null) return experiment;
  throw new DomainError('wrong-state', `The experiment ${id} must be in the 'active' state; it is deleted.`, {
    field: 'experiment_id',
    remedy: 'Restore it first.',
  });
}
