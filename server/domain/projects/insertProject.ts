/** What comes into being with a project: itself, its experiment, its first owner, and the events that tell of them. */
import type { CreateProjectInput } from '../../../protocol/model/project.ts';
import type { Caller } from '../shared/call.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';

export type NewProject = { readonly input: CreateProjectInput; readonly caller: Caller; readonly now: number };

export async function insertProject(stores: Stores, { input, caller, now }: NewProject): Promise<void> {
  const { id, description, stage, tags } = input;
  const experimentId = await insertExperiment(stores, id, now);
  await stores.projects.insertProject({
    id,
    name: input.name ?? id,
    description,
    stage,
    tags,
    ownerId: caller.userId,
    experimentId,
    archived: false,
    createdAt: now,
    lastActivityAt: now,
  });
  await stores.access.setMember(id, caller.userId, 'owner');
  const actor = actorOf(caller);
  await stores.events.append({ type: 'project.created', actor, subject: { projectId: id }, at: now });
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
