/** What comes into being with a project: itself, its experiment, its first owner, and the events that tell of them. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { ProjectVisibility } from '../../../protocol/model/project.ts';
import type { Caller } from '../shared/call.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredOrigin } from './ports.ts';

export type NewProject = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly stage: string;
  readonly tags: readonly string[];
  readonly visibility: ProjectVisibility;
  readonly origin: StoredOrigin | null;
};

export type Founding = { readonly project: NewProject; readonly caller: Caller; readonly now: number };

export async function insertProject(stores: Stores, { project, caller, now }: Founding): Promise<void> {
  const { id, origin } = project;
  const experimentId = await insertExperiment(stores, id, now);
  await stores.projects.insertProject({
    ...project,
    template: false,
    ownerId: caller.userId,
    experimentId,
    archived: false,
    createdAt: now,
    lastActivityAt: now,
    versions: {},
    deletedAt: null,
    deletedById: null,
  });
  await stores.access.setMember(id, caller.userId, 'owner');
  const actor = actorOf(caller);
  // Not of which project: who may see the copy may perhaps not see its source.
  const detail: FlywheelEvent['detail'] = origin ? { origin: origin.kind } : {};
  await stores.events.append({ type: 'project.created', actor, subject: { projectId: id }, detail, at: now });
  const subject = { projectId: id, experimentId };
  await stores.events.append({ type: 'experiment.created', actor, subject, at: now });
}

async function insertExperiment(stores: Stores, projectId: string, now: number): Promise<string> {
  const name = await freeName(stores, projectId);
  return stores.tracking.insertExperiment({
    projectId,
    name,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    tags: {},
  });
}

/** Experiments' names are unique over the server; an MLflow client may have taken this one already. */
async function freeName(stores: Stores, wanted: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const name = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    if ((await stores.tracking.experimentByName(name)) === null) return name;
  }
}
