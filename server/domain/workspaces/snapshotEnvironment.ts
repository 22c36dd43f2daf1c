/** What was installed in a workspace, as a new revision of its environment: the same definition with those packages pinned. */
import type { EnvironmentDefinition, EnvironmentRevision } from '../../../protocol/model/environment.ts';
import type { StoredRevision } from '../environments/ports.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { StoredWorkspace } from './ports.ts';
import { openFolder } from './workspaceFolder.ts';

/** The `environments` entries, with their own checks of who may revise. */
export interface EnvironmentRevisions {
  revise(
    caller: Caller,
    input: { readonly environmentId: string; readonly definition: EnvironmentDefinition; readonly message: string },
  ): Promise<EnvironmentRevision>;
}

export type SnapshotDependencies = Pick<WorkspaceDependencies, 'backends' | 'store' | 'packages'> & {
  readonly revisions: EnvironmentRevisions;
};

type Snapshot = {
  readonly workspace: StoredWorkspace;
  readonly base: StoredRevision;
  readonly message: string;
  readonly caller: Caller;
};

export async function snapshotEnvironment(
  deps: SnapshotDependencies,
  { workspace, base, message, caller }: Snapshot,
): Promise<EnvironmentRevision> {
  const { packages, revisions } = deps;
  const { definition, environmentId } = base;
  if (definition.kind === 'system') {
    throw new DomainError('wrong-state', 'The environment of the machine itself has no revisions of ours.', {
      remedy: 'Choose an environment with packages of its own for the workspace.',
    });
  }
  await using volume = await openFolder(deps, workspace);
  const added = volume === null ? [] : await packages.read(volume);
  if (added.length === 0) {
    throw new DomainError('wrong-state', 'No packages were installed in this workspace.', {
      remedy: 'Install them in it with pip, and try again.',
    });
  }
  const requirements = withAdded(definition.requirements, added);
  const text = message === '' ? `From the workspace ${workspace.name}: ${added.join(', ')}`.slice(0, 2000) : message;
  return revisions.revise(caller, { environmentId, definition: { ...definition, requirements }, message: text });
}

/** A package that is named already is named anew: its line gives way to what was really installed. */
function withAdded(requirements: string, added: readonly string[]): string {
  const names = new Set(added.map((line) => normal(line)));
  const kept = requirements.split('\n').filter((line) => !names.has(normal(line)));
  return [...kept.filter((line) => line.trim() !== ''), ...added].join('\n');
}

/** As pip compares names. */
function normal(line: string): string {
  const [name = ''] = /^[A-Za-z0-9._-]+/.exec(line.trim()) ?? [];
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
