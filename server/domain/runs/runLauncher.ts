/**
 * Launches: checks, pins the code, and queues the run with everything that
 * belongs to it in one write. The same request id never launches twice.
 */
import { randomUUID } from 'node:crypto';
import { jobTag, notifyTag, scheduleTag } from '../../../protocol/model/jobTags.ts';
import type { LaunchInput, LaunchRules } from '../../../protocol/model/run.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { CodeStore } from '../code/ports.ts';
import type { RunScheduler } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import { type LaunchOrigin, plainEntry, type QueueEntry } from '../jobs/ports.ts';
import type { Caller } from '../shared/call.ts';
import { clientTags } from '../shared/clientTags.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { readableName } from '../shared/readableName.ts';
import type { Stores } from '../shared/store.ts';
import { insertRun } from './insertRun.ts';
import { type CheckedLaunch, checkLaunch, type LaunchCheckDependencies, requireOpenProject } from './launchCheck.ts';
import type { RunLaunching, StoredRun } from './ports.ts';

export type RunLauncherDependencies = LaunchCheckDependencies & {
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly code: Pick<CodeStore, 'hasCommit' | 'files' | 'pin'>;
  readonly scheduler: Pick<RunScheduler, 'wake'>;
};

export class RunLauncher implements RunLaunching {
  readonly #deps: RunLauncherDependencies;

  constructor(deps: RunLauncherDependencies) {
    this.#deps = deps;
  }

  /** Throws what a launch would be refused for. */
  check(input: LaunchInput, caller: Caller): Promise<CheckedLaunch> {
    return checkLaunch(this.#deps, input, caller);
  }

  /** Answers the id of the run. */
  async launch(input: LaunchInput, caller: Caller, origin: LaunchOrigin = {}): Promise<string> {
    const { store, code, feed, scheduler } = this.#deps;
    const earlier = await store.read((stores) => earlierRun(stores, input));
    if (earlier !== null) return earlier.id;
    const checked = await checkLaunch(this.#deps, input, caller);
    const run = newRun(input, checked, { caller, now: this.#deps.clock.now() });
    // Before the write: a pin without a run does no harm, a run whose code is swept away does.
    await code.pin(input.projectId, run.id, input.code.commit);
    const id = await store.write((stores) => insert(stores, { input, run, caller, origin, tier: checked.tier }));
    feed.committed();
    scheduler.wake();
    return id;
  }
}

async function earlierRun(stores: Stores, { projectId, requestId }: LaunchInput): Promise<StoredRun | null> {
  return requestId === undefined ? null : stores.runs.runByRequest(projectId, requestId);
}

/** As MLflow bounds tags. */
const longestTag = 8000;

type Insert = {
  readonly input: LaunchInput;
  readonly run: StoredRun;
  readonly caller: Caller;
  readonly origin: LaunchOrigin;
  readonly tier: Tier;
};

async function insert(stores: Stores, { input, run, caller, origin, tier }: Insert): Promise<string> {
  // Two retries may have got here at once.
  const earlier = await earlierRun(stores, input);
  if (earlier !== null) return earlier.id;
  await requireOpenProject(stores, input.projectId);
  const { parameters, rules } = input;
  const tags = { ...tagsOf(input, run), ...originTags(origin) };
  await insertRun(stores, { run, parameters, tags, tier, actor: actorOf(caller) });
  if (rules !== undefined || origin.job !== undefined || origin.scheduleId !== undefined) {
    await stores.queue.setEntry(run.id, entryOf(run.id, rules, origin));
  }
  return run.id;
}

function tagsOf({ tags, code, command }: LaunchInput, run: StoredRun): Readonly<Record<string, string>> {
  return {
    ...tags,
    [clientTags.runName]: run.name,
    [clientTags.user]: run.createdByName,
    [clientTags.sourceName]: command.slice(0, longestTag),
    [clientTags.sourceType]: 'JOB',
    [clientTags.sourceCommit]: code.commit,
    ...(code.branch === null ? {} : { [clientTags.sourceBranch]: code.branch }),
  };
}

function originTags({ job, scheduleId, notify }: LaunchOrigin): Readonly<Record<string, string>> {
  return {
    ...(job !== undefined && { [jobTag]: job }),
    ...(scheduleId !== undefined && { [scheduleTag]: scheduleId }),
    ...(notify !== undefined && { [notifyTag]: notify }),
  };
}

function entryOf(runId: string, rules: LaunchRules | undefined, { job, scheduleId }: LaunchOrigin): QueueEntry {
  return {
    ...plainEntry(runId),
    job: job ?? null,
    scheduleId: scheduleId ?? null,
    retries: rules?.retries ?? null,
    timeoutMinutes: rules?.timeoutMinutes ?? null,
    concurrency: rules?.concurrency ?? null,
    after: rules?.after ?? [],
    notBefore: rules?.notBefore ?? null,
  };
}

type By = { readonly caller: Caller; readonly now: number };

function newRun(input: LaunchInput, checked: CheckedLaunch, { caller, now }: By): StoredRun {
  const { tier, experimentId } = checked;
  return {
    id: randomUUID().replaceAll('-', ''),
    projectId: input.projectId,
    experimentId,
    name: input.name ?? readableName(),
    note: '',
    state: 'queued',
    reason: null,
    detail: null,
    launched: true,
    createdById: caller.userId,
    createdByName: caller.userName,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    deletedAt: null,
    exitCode: null,
    usage: null,
    launch: {
      command: input.command,
      parameters: input.parameters,
      environmentId: input.environmentId,
      environmentRevision: checked.environmentRevision,
      tierId: tier.id,
      backend: tier.backend,
      pricePerHour: tier.pricePerHour,
      priority: input.priority,
      code: input.code,
      artifacts: input.artifacts,
      requestId: input.requestId ?? null,
      handle: null,
      stopRequestedAt: null,
      stopRequestedById: null,
      stopReason: null,
    },
  };
}
