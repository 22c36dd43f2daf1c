/**
 * What clients that log do with experiments: find, make, rename, tag, delete
 * and restore them. Whether the caller may is asked before, by the wire; only
 * the project of a new one is decided here.
 */
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import { createExperiment, refuseTakenName } from './createExperiment.ts';
import { experimentTarget } from './filter/columns.ts';
import { matchesFilter } from './filter/matches.ts';
import { parseFilter, parseOrdering } from './filter/parseFilter.ts';
import { activeExperiment, existingExperiment, projectTag, type TrackingDependencies } from './logging.ts';
import { orderExperiments, valueOfExperiment } from './orderExperiments.ts';
import type { FoundRuns, RunCursor, StoredExperiment, TrackingStore } from './ports.ts';

export type ExperimentSearch = {
  readonly filter: string;
  readonly orderBy: readonly string[];
  readonly view: 'active' | 'deleted' | 'all';
};

const defaultProject = 'default';
const batch = 1000;

export class ExperimentRegister {
  readonly #deps: TrackingDependencies;

  constructor(deps: TrackingDependencies) {
    this.#deps = deps;
  }

  /** Deleted ones as well. */
  get(id: string): Promise<StoredExperiment> {
    return this.#deps.store.read((stores) => existingExperiment(stores, id));
  }

  async byName(name: string): Promise<StoredExperiment> {
    const found = await this.#deps.store.read(({ tracking }) => tracking.experimentByName(name));
    if (found !== null) return found;
    throw new DomainError('not-found', `Could not find experiment with name '${name}'.`, { field: 'experiment_name' });
  }

  async create(
    asked: { readonly name: string; readonly tags: Readonly<Record<string, string>> },
    call: Call,
  ): Promise<StoredExperiment> {
    const projectId = await this.#projectFor(asked, call.caller);
    const at = this.#deps.clock.now();
    const created = await this.#deps.store.write((stores) =>
      createExperiment(stores, { ...asked, projectId, at }, call.caller),
    );
    this.#deps.feed.committed();
    return created;
  }

  /** All that match, in order; the caller takes its page. */
  async search(query: ExperimentSearch, call: Call): Promise<readonly StoredExperiment[]> {
    const where = parseFilter(query.filter, experimentTarget);
    const orderBy = query.orderBy.map((item) => parseOrdering(item, experimentTarget));
    const projectIds = await this.#deps.access.visibleProjects(call.caller);
    const { view } = query;
    const visible = await this.#deps.store.read(({ tracking }) => tracking.experiments({ projectIds, view }));
    const matching = visible.filter((each) => matchesFilter(where, (column) => valueOfExperiment(each, column)));
    return orderExperiments(matching, orderBy);
  }

  async rename(id: string, name: string, call: Call): Promise<void> {
    await this.#change(call, async (stores) => {
      const experiment = await activeExperiment(stores, id);
      if (experiment.name !== name) await refuseTakenName(stores, name);
      return { experiment, change: { name } };
    });
  }

  async setTag(id: string, tag: { readonly key: string; readonly value: string }, call: Call): Promise<void> {
    await this.#change(call, async (stores) => {
      const experiment = await activeExperiment(stores, id);
      if (tag.key === projectTag) refuseOtherProject(tag.value, experiment.projectId);
      return { experiment, change: { setTags: Object.fromEntries([[tag.key, tag.value]]) } };
    });
  }

  /** Its runs go with it, and come back with it. */
  async delete(id: string, call: Call): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#change(call, async (stores) => {
      const experiment = await activeExperiment(stores, id);
      await refuseInUse(stores, experiment);
      for (const run of await runsOf(stores, id, 'active')) await stores.runs.updateRun(run, { deletedAt: at });
      return { experiment, change: { deletedAt: at } };
    });
  }

  async restore(id: string, call: Call): Promise<void> {
    await this.#change(call, async (stores) => {
      const experiment = await existingExperiment(stores, id);
      if (experiment.deletedAt !== null) await refuseTakenName(stores, experiment.name);
      for (const run of await runsOf(stores, id, 'deleted')) {
        const deletedAt = (await stores.runs.run(run))?.deletedAt;
        if (deletedAt === experiment.deletedAt) await stores.runs.updateRun(run, { deletedAt: null });
      }
      return { experiment, change: { deletedAt: null } };
    });
  }

  async #change(
    call: Call,
    decide: (stores: Stores) => Promise<{
      readonly experiment: StoredExperiment;
      readonly change: Parameters<TrackingStore['updateExperiment']>[1];
    }>,
  ): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#deps.store.write(async (stores) => {
      const { experiment, change } = await decide(stores);
      await stores.tracking.updateExperiment(experiment.id, { ...change, updatedAt: at });
      await stores.events.append({
        type: 'experiment.updated',
        actor: actorOf(call.caller),
        subject: { projectId: experiment.projectId, experimentId: experiment.id },
        detail: { changed: Object.keys(change).join(', ') },
        at,
      });
    });
    this.#deps.feed.committed();
  }

  /** Where a new one belongs: the token's project, else the one that its tag or the beginning of its name says. */
  async #projectFor(
    asked: { readonly name: string; readonly tags: Readonly<Record<string, string>> },
    caller: Caller,
  ): Promise<string> {
    const limited = caller.scope.kind === 'user' ? undefined : caller.scope.projectId;
    const tagged = asked.tags[projectTag];
    if (limited !== undefined && tagged !== undefined) refuseOtherProject(tagged, limited);
    const said = limited ?? tagged;
    if (said !== undefined) return await this.#requireWritable(caller, said);
    const prefix = /^([a-z0-9-]+)\//.exec(asked.name)?.[1];
    if (prefix !== undefined && (await this.#mayWrite(caller, prefix))) return prefix;
    if (await this.#mayWrite(caller, defaultProject)) return defaultProject;
    const message = `You cannot add experiments to the project '${defaultProject}', where those go that name no project.`;
    const remedy = `Begin its name with a project of yours, as in my-project/${asked.name}, or set its tag ${projectTag}.`;
    throw new DomainError('role-missing', message, { field: 'name', remedy });
  }

  async #requireWritable(caller: Caller, projectId: string): Promise<string> {
    const access = { kind: 'project', role: 'contributor', of: 'projectId' } as const;
    await this.#deps.access.authorizeLogging(caller, access, { projectId });
    return projectId;
  }

  async #mayWrite(caller: Caller, projectId: string): Promise<boolean> {
    try {
      await this.#requireWritable(caller, projectId);
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }
}

/** The tag tells where an experiment is; it cannot take it elsewhere. */
function refuseOtherProject(asked: string, projectId: string): void {
  if (asked === projectId) return;
  throw new DomainError('invalid-input', `The experiment belongs to the project ${projectId}, not ${asked}.`, {
    field: projectTag,
    remedy: 'Leave the tag out, or use a token of that project for a new experiment.',
  });
}

/** Neither a project's own experiment nor one with jobs under way may go. */
async function refuseInUse(stores: Stores, experiment: StoredExperiment): Promise<void> {
  const project = await stores.projects.project(experiment.projectId);
  if (project?.experimentId === experiment.id) {
    throw new DomainError('wrong-state', `${experiment.name} is the experiment of the project ${project.id}.`, {
      field: 'experiment_id',
      remedy: 'Its launches log into it; archive the project instead.',
    });
  }
  const busy = (await stores.runs.unfinished()).find((run) => run.experimentId === experiment.id);
  if (busy === undefined) return;
  throw new DomainError('wrong-state', `The run ${busy.name} of this experiment has not ended.`, {
    field: 'experiment_id',
    remedy: 'Stop it first.',
  });
}

async function runsOf(stores: Stores, experimentId: string, view: 'active' | 'deleted'): Promise<readonly string[]> {
  const ids: string[] = [];
  const selection = { experimentIds: [experimentId], view, where: [], orderBy: [], textOrder: 'plain' } as const;
  let after: RunCursor | null = null;
  do {
    const page: FoundRuns = await stores.tracking.search({ ...selection, after, offset: 0, limit: batch });
    ids.push(...page.runIds);
    after = page.next;
  } while (after !== null);
  return ids;
}
