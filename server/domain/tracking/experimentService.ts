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
  ExperimentColumns,
  GroupRunsInput,
  MetricPlace,
  ParsedFilter,
  RunGroups,
  RunPage,
  RunRow,
  RunSelectionInput,
  RunTable,
  RunValuesInput,
  SearchRunsInput,
} from '../../../protocol/model/experiment.ts';
import { toMetricValue } from '../../../protocol/model/metric.ts';
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
import { parseColumn, parseOrdering } from './filter/parseFilter.ts';
import type { StoredExperiment } from './ports.ts';
import { searchTarget, taggedDirections, toGroupMembers, toGroupOrdering, toSelection } from './runSearch.ts';

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
    // Whoever lists experiments is about to look into one.
    this.#deps.store.scans.warm();
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

  async search(input: SearchRunsInput, { caller, signal }: Call): Promise<RunPage> {
    const { store } = this.#deps;
    const target = await searchTarget(store, input.experimentIds, caller.userId);
    const inGroup = input.inGroup && toGroupMembers(input.inGroup, target);
    const selection = { ...toSelection(input, target), inGroup };
    const orderBy = input.orderBy.map((item) => parseOrdering(item, target));
    const { offset, limit } = input;
    const [{ runIds }, { total, exact }] = await Promise.all([
      store.scans.search({ ...selection, orderBy, textOrder: 'natural', offset, limit }, signal),
      store.scans.count(selection, signal),
    ]);
    const rows = await store.read((stores) => this.#rows(stores, runIds, { ...input, userId: caller.userId }));
    return { rows, total, exact };
  }

  async group(input: GroupRunsInput, { caller, signal }: Call): Promise<RunGroups> {
    const { store } = this.#deps;
    const { offset, limit } = input;
    const target = await searchTarget(store, input.experimentIds, caller.userId);
    const groupBy = input.groupBy.map((text) => parseColumn(text, target));
    const aggregates = input.metrics.map((text) => parseColumn(text, target));
    const orderBy = input.orderBy.map((text) => toGroupOrdering(text, { groupBy, aggregates }, target));
    const selection = toSelection(input, target);
    const found = await store.scans.group({ ...selection, groupBy, aggregates, orderBy, offset, limit }, signal);
    const named = (values: (typeof found.rows)[number]['aggregates']) =>
      Object.fromEntries(input.metrics.map((text, index) => [text, values[index] ?? null]));
    return { ...found, rows: found.rows.map((row) => ({ ...row, aggregates: named(row.aggregates) })) };
  }

  async differing(input: RunSelectionInput, { caller, signal }: Call): Promise<Columns> {
    const { store } = this.#deps;
    const target = await searchTarget(store, input.experimentIds, caller.userId);
    return await store.scans.differing(toSelection(input, target), signal);
  }

  async values(input: RunValuesInput, { caller, signal }: Call): Promise<RunTable> {
    const { store } = this.#deps;
    const { limit, runIds } = input;
    const target = await searchTarget(store, input.experimentIds, caller.userId);
    const columns = input.columns.map((text) => parseColumn(text, target));
    const table = await store.scans.table({ ...toSelection(input, target), columns, limit, runIds }, signal);
    return { ...table, sampled: table.total > table.runIds.length };
  }

  async columns({ experimentIds }: { readonly experimentIds: readonly string[] }, { signal }: Call) {
    const { store } = this.#deps;
    const found: Columns = await store.scans.columns(experimentIds, signal);
    return { ...found, directions: await taggedDirections(store, experimentIds) } satisfies ExperimentColumns;
  }

  complete(input: CompleteInput, { signal }: Call): Promise<Completion> {
    const { experimentIds } = input;
    const { scans } = this.#deps.store;
    return completeFilter(input, {
      columns: () => scans.columns(experimentIds, signal),
      distinct: (column) => scans.distinct({ experimentIds, column, limit: offeredValues }, signal),
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
    const { metrics, parameters, tags, at = [] } = keys;
    const values = await stores.tracking.values(runIds, { metrics, parameters, tags });
    const placed = await stores.tracking.valuesAt(runIds, at);
    const starred = await stores.views.starred(keys.userId, runIds);
    const now = this.#deps.clock.now();
    const runs = await stores.runs.runsOf(runIds);
    return runs.map((run) => {
      const logged = values.get(run.id) ?? { parameters: {}, tags: {}, metrics: {} };
      const own = { note: run.note.slice(0, shownNote), starred: starred.has(run.id) };
      return { ...summaryOf(run, now), ...own, ...logged, at: byPlace(at, placed.get(run.id)) };
    });
  }
}

function byPlace(at: readonly MetricPlace[], values: readonly (number | null)[] = []): RunRow['at'] {
  const entries = at.flatMap(({ key, step }, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [[`${key}@${step}`, toMetricValue(value)] as const];
  });
  return Object.fromEntries(entries);
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
