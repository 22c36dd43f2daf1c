/** What a comment is on: that it is there and in the project, and what its events are about. */
import type { EventSubject } from '../../../protocol/events.ts';
import type { CommentTarget } from '../../../protocol/model/comment.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredComment } from './ports.ts';

export async function requireTarget(stores: Stores, projectId: string, target: CommentTarget): Promise<void> {
  if (target.kind === 'project' || target.kind === 'code') return;
  if ((await projectOf(stores, target)) === projectId) return;
  throw new DomainError('not-found', `There is no such ${target.kind} in the project ${projectId}.`, {
    field: 'target',
    remedy: 'Check the id.',
  });
}

async function projectOf(
  stores: Stores,
  target: Exclude<CommentTarget, { kind: 'project' | 'code' }>,
): Promise<string | undefined> {
  if (target.kind === 'run') return (await stores.runs.run(target.runId))?.projectId;
  if (target.kind === 'experiment') return (await stores.tracking.experiment(target.experimentId))?.projectId;
  return (await stores.registry.model(target.modelName))?.projectId;
}

export function subjectOf({ projectId, target }: Pick<StoredComment, 'projectId' | 'target'>): EventSubject {
  const { kind: _kind, ...ids } = target;
  const { path: _path, ...named } = { path: '', ...ids };
  return { projectId, ...named };
}
