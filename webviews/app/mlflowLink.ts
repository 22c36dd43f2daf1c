/** MLflow's clients end a run by printing a link into MLflow's own pages: where that leads here. */
import type { PanelPlace } from '../../protocol/panel.ts';

const link = /^#\/experiments\/([\w-]+)(?:\/runs\/([\w-]+))?/;

/** Null for anything but such a link. */
export function placeOfMlflowLink(hash: string): PanelPlace | null {
  const [, experimentId, runId] = link.exec(hash) ?? [];
  if (runId) return { panel: 'run', runId };
  return experimentId ? { panel: 'experiments', experimentId } : null;
}
