/** A launched run with all that belongs to it, within the caller's unit of work. */
import type { Person } from '../../../protocol/model/common.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { Stores } from '../shared/store.ts';
import { hardwareOf } from './hardware.ts';
import type { StoredRun } from './ports.ts';

export type NewRun = {
  readonly run: StoredRun;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Null when it is no longer in the catalog. */
  readonly tier: Tier | null;
  /** Who launched it; null for the server itself. */
  readonly actor: Person | null;
};

export async function insertRun(stores: Stores, { run, parameters, tags, tier, actor }: NewRun): Promise<void> {
  const at = run.createdAt;
  await stores.runs.insertRun(run);
  await stores.tracking.logParameters(run.id, parameters);
  await stores.tracking.setTags(run.id, tags);
  await stores.tracking.updateExperiment(run.experimentId, { updatedAt: at });
  await stores.projects.updateProject(run.projectId, { lastActivityAt: at });
  const subject = { projectId: run.projectId, experimentId: run.experimentId, runId: run.id };
  // A tier may be changed later; what it was is needed to say whether a repetition ran on the same.
  const detail = { name: run.name, launched: true, ...(tier === null ? {} : hardwareOf(tier)) };
  await stores.events.append({ type: 'run.created', actor, subject, detail, at });
}
