/** Sorts experiments in memory: they are few. Ties end with the newest id, as MLflow's do. */
import type { Column, Ordering, StoredExperiment } from './ports.ts';

export function valueOfExperiment(experiment: StoredExperiment, { entity, key }: Column): string | number | undefined {
  if (entity === 'tag') return Object.hasOwn(experiment.tags, key) ? experiment.tags[key] : undefined;
  const attributes: Readonly<Record<string, string | number>> = {
    name: experiment.name,
    experiment_id: experiment.id,
    creation_time: experiment.createdAt,
    last_update_time: experiment.updatedAt,
  };
  return attributes[key];
}

type Comparer = (a: StoredExperiment, b: StoredExperiment) => number;

const newestId: Comparer = (a, b) => Number(b.id) - Number(a.id);
const lastChanged: Comparer = (a, b) => b.updatedAt - a.updatedAt;

export function orderExperiments(
  experiments: readonly StoredExperiment[],
  orderBy: readonly Ordering[],
): readonly StoredExperiment[] {
  const asked = orderBy.length === 0 ? [lastChanged] : orderBy.map(comparerOf);
  const comparers = [...asked, newestId];
  return experiments.toSorted((a, b) => {
    for (const comparer of comparers) {
      const difference = comparer(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** What has no value stands last in both directions. */
function comparerOf({ column, ascending }: Ordering): Comparer {
  return (first, second) => {
    const [a, b] = [sortKey(first, column), sortKey(second, column)];
    if (a === b) return 0;
    if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
    return a < b === ascending ? -1 : 1;
  };
}

/** Ids are numbers in text. */
function sortKey(experiment: StoredExperiment, column: Column): string | number | undefined {
  const value = valueOfExperiment(experiment, column);
  return column.key === 'experiment_id' ? Number(value) : value;
}
