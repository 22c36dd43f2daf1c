/** The experiment that a link, a view or what was shown before leads to; where that is none, the first. */
import type { Experiment } from '../../../protocol/model/experiment.ts';
import type { SavedView } from '../../../protocol/model/view.ts';
import type { PanelPlace } from '../../../protocol/panel.ts';

type Place = { readonly experimentId?: string | undefined; readonly projectId?: string | undefined };

/** Undefined where a view may lead elsewhere. */
export function namedExperiment(place: PanelPlace): string | undefined {
  return place.panel === 'experiments' && !place.viewId ? place.experimentId : undefined;
}

export function wantedExperiment(
  list: readonly Experiment[],
  place: Place,
  view: SavedView | null,
): Experiment | undefined {
  const ofProject = list.find(({ projectId }) => projectId === place.projectId)?.id;
  const wanted = view?.experimentId ?? place.experimentId ?? ofProject;
  return list.find(({ id }) => id === wanted) ?? list[0];
}
