/**
 * What clients log: runs of their own making and what is written into any run.
 * A logged run is the same thing as a launched one, but nobody starts it: it
 * is running from the first moment, and its client says when it ended. The
 * state of a launched run belongs to the scheduler and is never set here.
 */
import type { EventType, FlywheelEvent } from '../../../protocol/events.ts';
import { isFinal } from '../../../protocol/model/run.ts';
import type { ModelPoint, RunLinks } from '../models/ports.ts';
import type { RunChange, StoredRun } from '../runs/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { changedValues } from '../shared/changedValues.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import { ExperimentRegister } from './experimentRegister.ts';
import { parseOrdering } from './filter/parseFilter.ts';
import { noteLogged, valuesBefore } from './loggedChanges.ts';
import { changeOf, checkedName, chosenName, type NewRun, newRun, type RunUpdate, type Texts } from './loggedRun.ts';
import {
  activeExperiment,
  activeRun,
  existingRun,
  noteTag,
  requireActive,
  runNameTag,
  type TrackingDependencies,
} from './logging.ts';
import type { HistoryPage, MetricPoint, MetricSeries, RunCursor, RunValues } from './ports.ts';

import { RunLinkLog } from './runLinks.ts';
import { searchTarget, toSelection } from './runSearch.ts';

export type LoggedRun = { readonly run: StoredRun; readonly values: RunValues; readonly links: RunLinks };

export type LogEntry = {
  readonly runId: string;
  readonly metrics: readonly MetricPoint[];
  /** More of them, by their metric. */
  readonly series?: readonly MetricSeries[];
  /** Those of the metrics that say which logged model they are of. */
  readonly modelMetrics?: readonly ModelPoint[];
  readonly parameters: Texts;
  readonly tags: Texts;
};

export type RunSearch = {
  readonly experimentIds: readonly string[];
  readonly filter: string;
  readonly orderBy: readonly string[];
  readonly view: 'active' | 'deleted' | 'all';
  readonly after: RunCursor | null;
  readonly limit: number;
};

const noValues: RunValues = { parameters: {}, tags: {}, metrics: {} };
const noLinks: RunLinks = { datasets: [], modelInputs: [], modelOutputs: [] };

export class TrackingService {
  readonly experiments: ExperimentRegister;
  readonly links: RunLinkLog;
  readonly #deps: TrackingDependencies;

  constructor(deps: TrackingDependencies) {
    this.#deps = deps;
    this.experiments = new ExperimentRegister(deps);
    this.links = new RunLinkLog(deps);
  }

  async createRun(asked: NewRun, call: Call): Promise<LoggedRun> {
    const name = chosenName(asked);
    const tags = { ...asked.tags, [runNameTag]: name };
    const at = this.#deps.clock.now();
    const created = await this.#deps.store.write(async (stores) => {
      const { id: experimentId, projectId } = await activeExperiment(stores, asked.experimentId);
      const run = newRun({ ...asked, experimentId, projectId, name, at, caller: call.caller });
      await stores.runs.insertRun(run);
      await stores.tracking.setTags(run.id, tags);
      await stores.tracking.updateExperiment(experimentId, { updatedAt: at });
      await stores.projects.updateProject(projectId, { lastActivityAt: at });
      await this.#tell(stores, 'run.created', { run, caller: call.caller, detail: { name, launched: false } });
      return run;
    });
    this.#deps.feed.committed();
    return { run: created, values: { tags, parameters: {}, metrics: {} }, links: noLinks };
  }

  run(id: string): Promise<LoggedRun> {
    return this.#deps.store.read(async (stores) => withValues(stores, await existingRun(stores, id)));
  }

  async updateRun(asked: RunUpdate, call: Call): Promise<StoredRun> {
    const updated = await this.#deps.store.write(async (stores) => {
      const run = await activeRun(stores, asked.runId);
      if (run.launched) return run;
      const change = changeOf(run, asked, this.#deps.clock.now());
      await this.#applyChange(stores, { run, change, caller: call.caller });
      if (change.name !== undefined) await stores.tracking.setTags(run.id, { [runNameTag]: change.name });
      return { ...run, ...change, launch: null };
    });
    this.#deps.feed.committed();
    return updated;
  }

  /** All or nothing. Parameters keep their first value. Whether the caller may is asked in the same unit of work. */
  async log(entry: LogEntry, call: Call): Promise<void> {
    const { caller } = call;
    const { modelMetrics = [], series = [] } = entry;
    const run = await this.#deps.store.write(async (stores) => {
      const written = await existingRun(stores, entry.runId);
      await this.#deps.access.authorizeLoggingInto(stores, { caller, run: written, role: 'contributor' });
      requireActive(written);
      const before = await valuesBefore(stores, entry);
      await writeParameters(stores, entry);
      if (entry.metrics.length > 0) await stores.tracking.logMetrics(entry.runId, entry.metrics);
      if (series.length > 0) await stores.tracking.logSeries(entry.runId, series);
      if (modelMetrics.length > 0) await stores.loggedModels.logMetrics(entry.runId, modelMetrics);
      await this.#writeTags(stores, { run: written, tags: entry.tags, caller });
      const change = { before, after: entry, run: written, actor: actorOf(caller), at: this.#deps.clock.now() };
      await noteLogged(stores, change);
      return written;
    });
    this.touched(run);
    if (Object.keys(entry.tags).length + Object.keys(entry.parameters).length > 0) this.#deps.feed.committed();
  }

  async deleteTag(runId: string, key: string, call: Call): Promise<void> {
    const run = await this.#deps.store.write(async (stores) => {
      const written = await activeRun(stores, runId);
      const before = await valuesBefore(stores, { runId, parameters: {}, tags: { [key]: null } });
      if (await stores.tracking.deleteTag(runId, key)) {
        const after = { parameters: {}, tags: { [key]: null } };
        const actor = actorOf(call.caller);
        await noteLogged(stores, { before, after, run: written, actor, at: this.#deps.clock.now() });
        return written;
      }
      throw new DomainError('not-found', `No tag with name: ${key} in run with id ${runId}`, { field: 'key' });
    });
    this.touched(run);
  }

  async deleteRun(runId: string, call: Call): Promise<void> {
    await this.#setDeleted(runId, call, true);
  }

  async restoreRun(runId: string, call: Call): Promise<void> {
    await this.#setDeleted(runId, call, false);
  }

  /** `next` leads on after the last run; null at the end. */
  async search(
    query: RunSearch,
    signal?: AbortSignal,
  ): Promise<{ readonly runs: readonly LoggedRun[]; readonly next: RunCursor | null }> {
    const { experimentIds, after, limit } = query;
    const target = await searchTarget(this.#deps.store, experimentIds);
    const selection = toSelection(query, target);
    const orderBy = query.orderBy.map((item) => parseOrdering(item, target));
    const asked = { ...selection, orderBy, textOrder: 'plain', after, offset: 0, limit } as const;
    const { runIds, next } = await this.#deps.store.scans.search(asked, signal);
    return await this.#deps.store.read(async (stores) => {
      const values = await stores.tracking.values(runIds);
      const links = await stores.links.links(runIds);
      const found = await stores.runs.runsOf(runIds);
      const runs = found.map((run): LoggedRun => {
        return { run, values: values.get(run.id) ?? noValues, links: links.get(run.id) ?? noLinks };
      });
      return { runs, next };
    });
  }

  /** Points of one metric by (step, timestamp, value); none for a key that was never logged. */
  history(runId: string, key: string, page: HistoryPage): Promise<readonly MetricPoint[]> {
    return this.#deps.store.read(async (stores) => {
      await existingRun(stores, runId);
      return await stores.tracking.history(runId, key, page);
    });
  }

  /** Something of the run grew: metrics, parameters, tags or files. */
  touched({ id: runId, experimentId, projectId }: StoredRun): void {
    this.#deps.feed.touched({ runId, experimentId, projectId });
  }

  async #setDeleted(runId: string, call: Call, deleted: boolean): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#deps.store.write(async (stores) => {
      const run = await existingRun(stores, runId);
      if (deleted === (run.deletedAt !== null)) return;
      if (deleted && run.launched && !isFinal(run.state)) throw stillRunning(run);
      await stores.runs.updateRun(runId, { deletedAt: deleted ? at : null });
      const detail = { name: run.name };
      await this.#tell(stores, deleted ? 'run.deleted' : 'run.restored', { run, caller: call.caller, detail });
    });
    this.#deps.feed.committed();
  }

  /** Two tags are fields here: setting them sets the field. A launched run keeps the name it was launched with. */
  async #writeTags(stores: Stores, { run, tags, caller }: { run: StoredRun; tags: Texts; caller: Caller }) {
    const { [runNameTag]: name, ...others } = tags;
    const renamed = name === undefined || run.launched ? undefined : checkedName(name);
    const own = renamed === undefined ? others : { ...others, [runNameTag]: renamed };
    if (Object.keys(own).length > 0) await stores.tracking.setTags(run.id, own);
    const note = tags[noteTag];
    const change = { ...(renamed !== undefined && { name: renamed }), ...(note !== undefined && { note }) };
    await this.#applyChange(stores, { run, change, caller });
  }

  /** Writes what really differs, and tells of it. */
  async #applyChange(stores: Stores, asked: { run: StoredRun; change: RunChange; caller: Caller }): Promise<void> {
    const { run, caller } = asked;
    const differing = Object.entries(asked.change).filter(([key, value]) => run[key as keyof StoredRun] !== value);
    if (differing.length === 0) return;
    const change: RunChange = Object.fromEntries(differing);
    await stores.runs.updateRun(run.id, change);
    if (change.state !== undefined) {
      await this.#tell(stores, 'run.state-changed', { run, caller, detail: { from: run.state, to: change.state } });
    }
    if (change.name !== undefined || change.note !== undefined) {
      const after = {
        ...(change.name && { name: change.name }),
        ...(change.note !== undefined && { note: change.note }),
      };
      const detail = { name: change.name ?? run.name, ...changedValues({ name: run.name, note: run.note }, after) };
      await this.#tell(stores, 'run.updated', { run, caller, detail });
    }
  }

  async #tell(
    stores: Stores,
    type: EventType,
    about: { run: StoredRun; caller: Caller; detail: FlywheelEvent['detail'] },
  ): Promise<void> {
    const { id: runId, experimentId, projectId } = about.run;
    const subject = { projectId, experimentId, runId };
    const at = this.#deps.clock.now();
    await stores.events.append({ type, actor: actorOf(about.caller), subject, detail: about.detail, at });
  }
}

async function withValues(stores: Stores, run: StoredRun): Promise<LoggedRun> {
  const values = await stores.tracking.values([run.id]);
  const links = await stores.links.links([run.id]);
  return { run, values: values.get(run.id) ?? noValues, links: links.get(run.id) ?? noLinks };
}

async function writeParameters(stores: Stores, { runId, parameters }: LogEntry): Promise<void> {
  if (Object.keys(parameters).length === 0) return;
  const conflict = await stores.tracking.logParameters(runId, parameters);
  if (conflict === null) return;
  const { key, existing } = conflict;
  const message = `Changing param values is not allowed. The param '${key}' of run ${runId} already has the value '${existing}'; '${parameters[key]}' was sent.`;
  throw new DomainError('value-fixed', message, {
    field: key,
    remedy: 'Log it under another name, or start a new run.',
  });
}

function stillRunning(run: StoredRun): DomainError {
  return new DomainError('wrong-state', `The run ${run.name} has not ended.`, {
    field: 'run_id',
    remedy: 'Stop it before deleting it.',
  });
}
