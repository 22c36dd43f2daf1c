/** Where something is shown that was found and is no file. */

import type { SearchHit } from '../../../protocol/model/search.ts';
import type { PanelPlace } from '../../../protocol/panel.ts';

/** Null for people and environments, which no panel shows by themselves. */
export function placeOf({ kind, projectId, runId, experimentId }: SearchHit): PanelPlace | null {
  if (runId !== null) return { panel: 'run', runId, ...(kind === 'comment' && { tab: 'comments' }) };
  if (projectId === null) return null;
  // What is said on models and code stands with everything that is said in the project.
  const isHome = kind === 'project' || (kind === 'comment' && experimentId === null);
  return isHome
    ? { panel: 'project', projectId }
    : { panel: 'experiments', projectId, ...(experimentId !== null && { experimentId }) };
}
