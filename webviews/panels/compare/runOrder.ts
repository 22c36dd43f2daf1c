/** Which runs are compared and in which order, as changed by the person. Pure. */
import { mostCompared, type PanelPlace } from '../../../protocol/panel.ts';

export type ComparePlace = Extract<PanelPlace, { panel: 'compare' }>;

export const fewestCompared = 2;

export function baselineOf({ runIds, baseline }: ComparePlace): string {
  return baseline !== undefined && runIds.includes(baseline) ? baseline : (runIds[0] ?? '');
}

export function withRun(place: ComparePlace, runId: string): ComparePlace {
  if (place.runIds.includes(runId) || place.runIds.length >= mostCompared) return place;
  return { ...place, baseline: baselineOf(place), runIds: [...place.runIds, runId] };
}

export function withoutRun(place: ComparePlace, runId: string): ComparePlace {
  const runIds = place.runIds.filter((id) => id !== runId);
  if (runIds.length < fewestCompared) return place;
  const { baseline: _, ...rest } = place;
  const baseline = baselineOf(place);
  return baseline === runId ? { ...rest, runIds } : { ...rest, runIds, baseline };
}

/** The baseline stays the baseline wherever it goes. */
export function moved(place: ComparePlace, runId: string, by: -1 | 1): ComparePlace {
  const at = place.runIds.indexOf(runId);
  const to = at + by;
  if (at < 0 || to < 0 || to >= place.runIds.length) return place;
  const others = place.runIds.filter((id) => id !== runId);
  return { ...place, baseline: baselineOf(place), runIds: others.toSpliced(to, 0, runId) };
}
