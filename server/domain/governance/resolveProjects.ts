/** Leads from the ids in an input to the projects that they are in. An id that leads nowhere is told apart by its field. */
import type { Access } from '../../../protocol/model/access.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';

export type ProjectAccess = Extract<Access, { readonly kind: 'project' }>;

/** What the ids name, so that a refusal sounds the same whether a thing is absent or hidden. */
const nouns: Readonly<Record<ProjectAccess['of'] | 'userId', string>> = {
  userId: 'account',
  projectId: 'project',
  runId: 'run',
  runIds: 'run',
  experimentId: 'experiment',
  experimentIds: 'experiment',
  modelId: 'logged model',
  modelName: 'registered model',
  viewId: 'saved view',
  sweepId: 'sweep',
  scheduleId: 'schedule',
  workspaceId: 'workspace',
};

export type Resolved = { readonly id: string; readonly projectId: string };

export async function resolveProjects(
  stores: Stores,
  of: ProjectAccess['of'],
  input: unknown,
): Promise<readonly Resolved[]> {
  const resolved: Resolved[] = [];
  for (const id of new Set(idsIn(input, of))) {
    const projectId = await projectOf(stores, of, id);
    if (projectId === null) throw unknownThing(of, id);
    resolved.push({ id, projectId });
  }
  return resolved;
}

/** The same answer for what does not exist and for what the caller may not know of. */
export function unknownThing(of: keyof typeof nouns, id: string): DomainError {
  return new DomainError('not-found', `There is no ${nouns[of]} ${id}.`, {
    field: of,
    remedy: `Check the id, or ask an owner of its project to add you.`,
  });
}

/** The one id that a field names. */
export function idIn(input: unknown, of: string): string {
  const id = (input as Readonly<Record<string, unknown>> | null | undefined)?.[of];
  if (typeof id === 'string') return id;
  throw new DomainError('invalid-input', `${of} is missing.`, { field: of });
}

function idsIn(input: unknown, of: ProjectAccess['of']): readonly string[] {
  const value = (input as Readonly<Record<string, unknown>> | null | undefined)?.[of];
  const ids = Array.isArray(value) ? value : [value];
  if (ids.length > 0 && ids.every((id) => typeof id === 'string')) return ids;
  throw new DomainError('invalid-input', `${of} is missing.`, { field: of });
}

async function projectOf(stores: Stores, of: ProjectAccess['of'], id: string): Promise<string | null> {
  switch (of) {
    case 'projectId':
      return (await stores.projects.project(id))?.id ?? null;
    case 'runId':
    case 'runIds':
      return (await stores.runs.run(id))?.projectId ?? null;
    case 'experimentId':
    case 'experimentIds':
      return (await stores.tracking.experiment(id))?.projectId ?? null;
    case 'modelId':
      return (await stores.loggedModels.model(id))?.projectId ?? null;
    case 'modelName':
      return (await stores.registry.model(id))?.projectId ?? null;
    case 'viewId':
      return (await stores.views.view(id))?.projectId ?? null;
    case 'sweepId':
      return (await stores.sweeps.sweep(id))?.projectId ?? null;
    case 'scheduleId':
      return (await stores.schedules.schedule(id))?.projectId ?? null;
    case 'workspaceId':
      return (await stores.workspaces.workspace(id))?.projectId ?? null;
  }
}
