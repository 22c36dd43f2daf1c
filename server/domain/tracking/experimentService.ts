/**
 * Experiments as panels see them: the tables, their columns, the search over
 * all of their runs and the completion of its filter. It only reads, but for
 * making an experiment; what clients log arrives through TrackingService.
 */
import type {
  Columns,
  CompleteInput,
  Completion,
  CreateExperimentInput,
  Experiment,
  ParsedFilter,
  RunPage,
  RunRow,
  SearchRunsInput,
} from '../../../protocol/model/experiment.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import { summaryOf } from '../shared/runSummary.ts';
import type { Store, Stores } from '../shared/store.ts';
import { createExperiment } from './createExperiment.ts';
import { completeFilter } from './filter/completeFilter.ts';
import { describeFilter } from './filter/describeFilter.ts';
import { parseFilter, parseOrdering } from './filter/parseFilter.ts';
import type { StoredExperiment } from './ports.ts';

export type ExperimentServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly access: Visibility;
  readonly feed: EventFeed;
};

const offeredValues = 100;
/** A table shows the beginning of a note. */
const shownNote = 300;

/** Which values the rows are to have, and whose stars. */
type RowKeys = SearchRunsInput & { readonly userId: string };

export class ExperimentService {
  readonly #deps: ExperimentServiceDependencies;

  constructor(deps: ExperimentServiceDependencies) {
    this.#deps = deps;
  }

  async list(input: { readonly projectId?: string | undefined }, call: Call): Promise<Experiment[]> {
    const visible = await this.#deps.access.visibleProjects(call.caller);
    const projectIds = within(visible, input.projectId);
    const found = await this.#deps.store.read(({ tracking }) => tracking.experiments({ projectIds, view: 'active' }));
    return found.map(shown);
  }

  get(input: { readonly experimentId: string }, _call: Call): Promise<Experiment> {
    return this.#deps.store.read((stores) => this.#counted(stores, input.experimentId));
  }

  async create(input: CreateExperimentInput, call: Call): Promise<Experiment> {
    const at = this.#deps.clock.now();
    const created = await this.#deps.store.write((stores) =>
      createExperiment(stores, { ...input, tags: {}, at }, call.caller),
    );
    this.#deps.feed.committed();
    return shown({ ...created, runs: 0 });
  }

  async search(input: SearchRunsInput, { caller }: Call): Promise<RunPage> {
    const { experimentIds, view, offset, limit } = input;
    const where = parseFilter(input.filter);
    const orderBy = input.orderBy.map((item) => parseOrdering(item));
    return await this.#deps.store.read(async (stores) => {
      const { runIds, total } = await stores.tracking.search({ experimentIds, view, where, orderBy, offset, limit });
      return { rows: await this.#rows(stores, runIds, { ...input, userId: caller.userId }), total };
    });
  }

  columns(input: { readonly experimentIds: readonly string[] }, _call: Call): Promise<Columns> {
    return this.#deps.store.read(({ tracking }) => tracking.columns(input.experimentIds));
  }

  complete(input: CompleteInput, _call: Call): Promise<Completion> {
    const { experimentIds } = input;
    const { store } = this.#deps;
    return completeFilter(input, {
      columns: () => store.read(({ tracking }) => tracking.columns(experimentIds)),
      distinct: (column) => store.read(({ tracking }) => tracking.distinct(experimentIds, column, offeredValues)),
    });
  }

  async parse({ filter }: { readonly filter: string }, _call: Call): Promise<ParsedFilter> {
    return describeFilter(filter);
  }

  async #counted(stores: Stores, id: string): Promise<Experiment> {
    const experiment = await stores.tracking.experiment(id);
    const ofProject =
      experiment && (await stores.tracking.experiments({ projectIds: [experiment.projectId], view: 'all' }));
    const counted = ofProject?.find((each) => each.id === id);
    if (counted === undefined) {
      throw new DomainError('not-found', `There is no experiment ${id}.`, {
        field: 'experimentId',
        remedy: 'Choose one from the list of experiments.',
      });
    }
    return shown(counted);
  }

  async #rows(stores: Stores, runIds: readonly string[], keys: RowKeys): Promise<readonly RunRow[]> {
    const { metrics, parameters, tags } = keys;
    const values = await stores.tracking.values(runIds, { metrics, parameters, tags });
    const starred = await stores.views.starred(keys.userId, runIds);
    const now = this.#deps.clock.now();
    const rows: RunRow[] = [];
    for (const id of runIds) {
      const run = await stores.runs.run(id);
      const logged = values.get(id) ?? { parameters: {}, tags: {}, metrics: {} };
      if (run === null) continue;
      rows.push({ ...summaryOf(run, now), note: run.note.slice(0, shownNote), starred: starred.has(id), ...logged });
    }
    return rows;
  }
}

/** The projects to look in: what may be seen, narrowed to one where one is asked for. */
function within(visible: readonly string[] | null, projectId: string | undefined): readonly string[] | null {
  if (projectId === undefined) return visible;
  return visible === null || visible.includes(projectId) ? [projectId] : [];
}

function shown(experiment: StoredExperiment & { readonly runs: number }): Experiment {
  const { id, projectId, name, createdAt, updatedAt, deletedAt, runs } = experiment;
  return { id, projectId, name, createdAt, updatedAt, deletedAt, runs };
}
