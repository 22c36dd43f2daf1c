/**
 * The `runs` entries. Launched runs and runs that clients log are the same
 * thing here; only the scheduler changes a launched run's state.
 */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { HistoryInput, Series } from '../../../protocol/model/metric.ts';
import type {
  ReproduceInput,
  ReproducePlan,
  ReproducePlanInput,
  Reproduction,
  ReproductionInput,
} from '../../../protocol/model/reproduction.ts';
import {
  type Artifact,
  type CodeFile,
  type FilePreview,
  isFinal,
  type LaunchInput,
  type ListRunsInput,
  type LogChunk,
  type LogsInput,
  type Run,
  type RunSummary,
  type UpdateRunInput,
} from '../../../protocol/model/run.ts';
import type { CodeStore } from '../code/ports.ts';
import type { Catalog, RunScheduler, TierHealth } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import { datasetContextTag } from '../models/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { LaunchAdmission } from '../shared/admission.ts';
import { artifactUri } from '../shared/artifactRoot.ts';
import type { Call, Caller } from '../shared/call.ts';
import { asTags, changedValues, type Texts } from '../shared/changedValues.ts';
import { clientTags } from '../shared/clientTags.ts';
import { DomainError } from '../shared/errors.ts';
import type { LiveLogs } from '../shared/liveLogs.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { summaryOf } from '../shared/runSummary.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { ArtifactStore, StoredRun } from './ports.ts';
import { Reproducer } from './reproducer.ts';
import { fromCursor, toCursor } from './runCursor.ts';
import { RunFiles } from './runFiles.ts';
import { RunLauncher } from './runLauncher.ts';

export type RunServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly logs: LiveLogs;
  readonly artifacts: ArtifactStore;
  readonly code: CodeStore;
  readonly catalog: Catalog;
  readonly health: TierHealth;
  readonly scheduler: RunScheduler;
  readonly visibility: Visibility;
  readonly admission: LaunchAdmission;
};

type OfRun = { readonly runId: string };
type InRun = OfRun & { readonly path: string };

export class RunService {
  readonly #deps: RunServiceDependencies;
  readonly #launcher: RunLauncher;
  readonly #files: RunFiles;
  readonly #reproducer: Reproducer;

  constructor(deps: RunServiceDependencies) {
    this.#deps = deps;
    this.#launcher = new RunLauncher(deps);
    this.#files = new RunFiles(deps);
    this.#reproducer = new Reproducer({ ...deps, launcher: this.#launcher });
  }

  async launch(input: LaunchInput, call: Call): Promise<Run> {
    return this.get({ runId: await this.#launcher.launch(input, call.caller) }, call);
  }

  async list(
    input: ListRunsInput,
    { caller }: Call,
  ): Promise<{ readonly items: readonly RunSummary[]; readonly next?: string }> {
    const { states, limit } = input;
    const before = input.cursor === undefined ? undefined : fromCursor(input.cursor);
    const projectIds = await this.#projectIds(input.projectId, caller);
    // One more than asked for tells whether there is a next page.
    const found = await this.#deps.store.read(({ runs }) =>
      runs.runs({ projectIds, states, before, limit: limit + 1 }),
    );
    const now = this.#deps.clock.now();
    const items = found.slice(0, limit).map((run) => summaryOf(run, now));
    const last = found[limit - 1];
    return found.length > limit && last ? { items, next: toCursor(last) } : { items };
  }

  get({ runId }: OfRun, _call: Call): Promise<Run> {
    return this.#deps.store.read(async (stores) => this.#show(stores, await requireRun(stores, runId)));
  }

  async stop({ runId }: OfRun, call: Call): Promise<Run> {
    const run = await this.#read(runId);
    if (!run.launched) {
      throw new DomainError('wrong-state', `${run.name} was not launched here, so it cannot be stopped from here.`, {
        field: 'runId',
        remedy: 'Stop the program that logs into it.',
      });
    }
    await this.#deps.scheduler.requestStop(runId, actorOf(call.caller));
    return this.get({ runId }, call);
  }

  async update(input: UpdateRunInput, { caller }: Call): Promise<Run> {
    const { name, note, setTags = {}, removeTags = [] } = input;
    return this.#change(input.runId, { type: 'run.updated', caller }, async (stores, run) => {
      const before = await valuesBefore(stores, run, [...Object.keys(setTags), ...removeTags]);
      await stores.runs.updateRun(run.id, {
        ...(name !== undefined && { name }),
        ...(note !== undefined && { note }),
      });
      for (const key of removeTags) await stores.tracking.deleteTag(run.id, key);
      // What MLflow clients read as tags stays the same as the fields.
      await stores.tracking.setTags(run.id, {
        ...setTags,
        ...(name !== undefined && { [clientTags.runName]: name }),
        ...(note !== undefined && { [clientTags.note]: note }),
      });
      return changedValues(before, { name, note, ...asTags(removeTags.map((key) => [key, null])), ...asTags(setTags) });
    });
  }

  /** A star is a person's own mark: it changes nothing of the run, so nobody is told. */
  async star(input: OfRun & { readonly starred: boolean }, { caller }: Call): Promise<Record<never, never>> {
    await this.#deps.store.write(({ views }) => views.setStar({ ...input, userId: caller.userId }));
    return {};
  }

  async delete({ runId }: OfRun, { caller }: Call): Promise<Run> {
    return this.#change(runId, { type: 'run.deleted', caller }, async (stores, run) => {
      if (!isFinal(run.state)) {
        throw new DomainError('wrong-state', `${run.name} has not ended.`, {
          field: 'runId',
          remedy: 'Stop it first.',
        });
      }
      if (run.deletedAt !== null) return null;
      await stores.runs.updateRun(runId, { deletedAt: this.#deps.clock.now() });
      return {};
    });
  }

  async restore({ runId }: OfRun, { caller }: Call): Promise<Run> {
    return this.#change(runId, { type: 'run.restored', caller }, async (stores, run) => {
      if (run.deletedAt === null) return null;
      await stores.runs.updateRun(runId, { deletedAt: null });
      return {};
    });
  }

  async *logs({ runId, after, tail, follow }: LogsInput, { signal }: Call): AsyncGenerator<LogChunk, void, void> {
    await this.#read(runId);
    const isFinished = async () => {
      const run = await this.#read(runId);
      // Nobody brings in the output of a run that a client only logs.
      return isFinal(run.state) || !run.launched;
    };
    yield* this.#deps.logs.follow(runId, { after, tail, follow, isFinished, signal });
  }

  history(input: HistoryInput, _call: Call): Promise<readonly Series[]> {
    return this.#deps.store.read(({ tracking }) => tracking.reducedHistory(input));
  }

  async artifacts({ runId, path }: InRun, _call: Call): Promise<readonly Artifact[]> {
    return this.#files.artifacts(await this.#read(runId), path);
  }

  async previewArtifact({ runId, path }: InRun, _call: Call): Promise<FilePreview> {
    return this.#files.previewArtifact(await this.#read(runId), path);
  }

  async code({ runId }: OfRun, _call: Call): Promise<readonly CodeFile[]> {
    return this.#files.code(await this.#read(runId));
  }

  async previewCode(
    { runId, path, of }: InRun & { readonly of: 'snapshot' | 'base' },
    _call: Call,
  ): Promise<FilePreview> {
    return this.#files.previewCode(await this.#read(runId), path, of);
  }

  async reproducePlan(input: ReproducePlanInput, { caller }: Call): Promise<ReproducePlan> {
    return this.#reproducer.plan(await this.#read(input.runId), input, caller);
  }

  async reproduce(input: ReproduceInput, call: Call): Promise<Run> {
    const runId = await this.#reproducer.launch(await this.#read(input.runId), input, call.caller);
    return this.get({ runId }, call);
  }

  async reproduction({ runId, tolerance }: ReproductionInput, { caller }: Call): Promise<Reproduction> {
    return this.#reproducer.outcome(await this.#read(runId), tolerance, caller);
  }

  #read(runId: string): Promise<StoredRun> {
    return this.#deps.store.read((stores) => requireRun(stores, runId));
  }

  async #projectIds(projectId: string | undefined, caller: Caller): Promise<readonly string[] | null> {
    const visible = await this.#deps.visibility.visibleProjects(caller);
    if (projectId === undefined) return visible;
    const project = await this.#deps.store.read(({ projects }) => projects.project(projectId));
    if (project !== null && (visible === null || visible.includes(projectId))) return [projectId];
    throw new DomainError('not-found', `There is no project ${projectId}.`, { field: 'projectId' });
  }

  /** A change, its event and the run as it then is, in one write. The change answers what is told of it; null is none. */
  async #change(
    runId: string,
    { type, caller }: { readonly type: 'run.updated' | 'run.deleted' | 'run.restored'; readonly caller: Caller },
    change: (stores: Stores, run: StoredRun) => Promise<FlywheelEvent['detail'] | null>,
  ): Promise<Run> {
    const { store, clock, feed } = this.#deps;
    const changed = await store.write(async (stores) => {
      const run = await requireRun(stores, runId);
      const detail = await change(stores, run);
      if (detail !== null) {
        const subject = { projectId: run.projectId, experimentId: run.experimentId, runId };
        const event = { type, actor: actorOf(caller), subject, detail: { name: run.name, ...detail } };
        await stores.events.append({ ...event, at: clock.now() });
      }
      return this.#show(stores, await requireRun(stores, runId));
    });
    feed.committed();
    return changed;
  }

  async #show(stores: Stores, run: StoredRun): Promise<Run> {
    const values = (await stores.tracking.values([run.id])).get(run.id);
    const metrics = Object.values(values?.metrics ?? {});
    return {
      ...summaryOf(run, this.#deps.clock.now()),
      command: run.launch?.command ?? null,
      parameters: values?.parameters ?? {},
      tags: values?.tags ?? {},
      note: run.note,
      metrics: metrics.sort((a, b) => (a.key < b.key ? -1 : 1)),
      code: run.launch?.code ?? null,
      queue: run.state === 'queued' ? this.#deps.scheduler.queueInfo(run.id) : null,
      usage: run.usage,
      pricePerHour: run.launch?.pricePerHour ?? 0,
      artifactRoot: artifactUri(run),
      ...(await linksOf(stores, run.id)),
    };
  }
}

/** The datasets that a run used and the models that it made. */
async function linksOf({ links }: Stores, runId: string): Promise<Pick<Run, 'inputs' | 'outputs'>> {
  const linked = (await links.links([runId])).get(runId);
  if (linked === undefined) return { inputs: [], outputs: [] };
  return {
    inputs: linked.datasets.map(({ dataset: { name, digest, sourceType }, tags }) => {
      return { name, digest, sourceType, context: tags[datasetContextTag] ?? null };
    }),
    outputs: linked.modelOutputs,
  };
}

/** What an update may replace, in the words in which it is told. */
async function valuesBefore(stores: Stores, run: StoredRun, keys: readonly string[]): Promise<Texts> {
  const values = await stores.tracking.values([run.id], { metrics: [], parameters: [], tags: keys });
  const { tags = {} } = values.get(run.id) ?? {};
  return { name: run.name, note: run.note, ...asTags(keys.map((key) => [key, tags[key] ?? null])) };
}

async function requireRun(stores: Stores, runId: string): Promise<StoredRun> {
  const run = await stores.runs.run(runId);
  if (run !== null) return run;
  throw new DomainError('not-found', `There is no run ${runId}.`, { field: 'runId', remedy: 'Check the id.' });
}
