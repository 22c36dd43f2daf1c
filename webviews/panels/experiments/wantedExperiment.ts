/** The experiment that a link, a view or what was shown before leads to; where that is none, the first. */
import type { Experiment } from '../../../protocol/model/experiment.ts';
import type { SavedView } from '../../../protocol/model/view.ts';

type Place = { readonly experimentId?: string | undefined; readonly projectId?: string | undefined };

export function wantedExperiment(
  list: readonly Experiment[],
  place: Place,
  view: SavedView | null,
): Experiment | undefined {
  const ofProject = list.find(({ projectId }) => projectId === place.projectId)?.id;
  const wanted = view?.experimentId ?? place.experimentId ?? ofProject;
  return list.find(({ id }) => id === wanted) ?? list[0];
}
