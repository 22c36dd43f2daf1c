/**
 * The `jobs` entries: what flywheel.yaml defines at a commit, what a launch of
 * a job would do, and the launch. A run of a job is a run like any other: it is
 * launched and refused by the same rules.
 */
import { randomUUID } from 'node:crypto';
import {
  type DefinedJob,
  type JobList,
  type JobPlan,
  jobFileName,
  type LaunchedJob,
  type LaunchJobInput,
  type ListJobsInput,
  type ReadJobFile,
  type ValidateJobsInput,
} from '../../../protocol/model/job.ts';
import type { AwaitedRun, CodeRef, LaunchInput } from '../../../protocol/model/run.ts';
import type { ScheduledWork } from '../../../protocol/model/schedule.ts';
import type { CodeStore } from '../code/ports.ts';
import type { Catalog } from '../compute/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError, isDomainError } from '../shared/errors.ts';
import { stableId } from '../shared/stableId.ts';
import type { Store } from '../shared/store.ts';
import { launchOfJob, withDependencies } from './jobLaunch.ts';
import { costOf, waitsOf } from './planWords.ts';
import type { CostEstimates, JobFileReader, Launches, LaunchOrigin } from './ports.ts';

export type JobServiceDependencies = {
  readonly store: Store;
  readonly code: Pick<CodeStore, 'hasCommit' | 'file'>;
  readonly catalog: Pick<Catalog, 'defaults'>;
  readonly jobFiles: JobFileReader;
  readonly launches: Launches;
  readonly costs: CostEstimates;
};

const largestFile = 500_000;

type FoundFile = ReadJobFile & { readonly path: string; readonly folder: string };
type Step = { readonly job: DefinedJob; readonly launch: LaunchInput };
/** What goes into the launch of the asked job beside what the file says. */
export type JobExtras = { readonly after?: readonly AwaitedRun[]; readonly origin?: LaunchOrigin };

type WorkRequest = {
  readonly projectId: string;
  readonly work: ScheduledWork;
  readonly requestId: string;
  readonly after: readonly AwaitedRun[];
  readonly origin: LaunchOrigin;
};

export class JobService {
  readonly #deps: JobServiceDependencies;

  constructor(deps: JobServiceDependencies) {
    this.#deps = deps;
  }

  validate({ text }: ValidateJobsInput, _call: Call): Promise<ReadJobFile> {
    return this.#deps.jobFiles.read(text);
  }

  async list({ projectId, code: asked }: ListJobsInput, _call: Call): Promise<JobList> {
    const code = asked ?? (await this.#newestCode(projectId));
    const file = code === null ? null : await this.#fileAt(projectId, code);
    if (file === null) return { path: null, code, jobs: [], problems: [] };
    const { path, jobs, problems } = file;
    return { path, code, jobs, problems };
  }

  async dryRun(input: LaunchJobInput, call: Call): Promise<JobPlan> {
    const all = await this.#steps(input);
    const steps: JobPlan['steps'][number][] = [];
    for (const { job, launch } of all) {
      const { command, parameters, environmentId, tierId, projectId } = launch;
      const { problem, revision } = await this.#refusal(launch, call.caller);
      const estimate = problem === null ? await this.#deps.costs.estimate({ projectId, command, tierId }, call) : null;
      steps.push({
        job: job.name,
        ...{ command, parameters, environmentId, tierId, problem, estimate },
        folder: launch.code.folder,
        environmentRevision: revision,
        waitsFor: waitsOf(job, { tierId, alone: input.alone }),
      });
    }
    const possible = steps.every(({ problem }) => problem === null);
    return { steps, commit: input.code.commit, cost: costOf(steps.map(({ estimate }) => estimate)), possible };
  }

  launch(input: LaunchJobInput, { caller }: Call): Promise<LaunchedJob> {
    return this.launchJob(input, caller);
  }

  /** All or nothing as far as can be known before: every step is checked before the first is queued. */
  async launchJob(input: LaunchJobInput, caller: Caller, { after = [], origin }: JobExtras = {}): Promise<LaunchedJob> {
    const { launches } = this.#deps;
    const requestId = input.requestId ?? randomUUID();
    const steps = await this.#steps(input);
    for (const { launch } of steps) await launches.check(launch, caller);
    const runs = new Map<string, string>();
    for (const { job, launch } of steps) {
      const awaited = (job.definition['depends-on'] ?? []).flatMap((name): AwaitedRun[] => {
        const runId = runs.get(name);
        return runId === undefined ? [] : [{ runId, needs: 'success' }];
      });
      // Those that begin the chain wait for what the whole is to wait for.
      const waits = awaited.length === 0 ? after : awaited;
      const asked = {
        ...launch,
        rules: { ...launch.rules, after: [...waits] },
        requestId: stableId(requestId, job.name),
      };
      const from = { ...origin, job: job.name, notify: job.definition.notify };
      runs.set(job.name, await launches.launch(asked, caller, from));
    }
    return {
      runId: runs.get(input.job) ?? '',
      runs: [...runs].map(([job, runId]) => ({ job, runId })),
    };
  }

  /** Throws what the launch of it would be refused for now. */
  async checkWork({ projectId, work }: Pick<WorkRequest, 'projectId' | 'work'>, caller: Caller): Promise<void> {
    if (work.kind === 'launch') {
      await this.#deps.launches.check({ ...work.launch, projectId }, caller);
      return;
    }
    const { job, code, parameters } = work;
    const steps = await this.#steps({ projectId, job, code, parameters, alone: false });
    for (const { launch } of steps) await this.#deps.launches.check(launch, caller);
  }

  /** What a schedule names; answers the run that it comes down to. */
  async launchWork(request: WorkRequest, caller: Caller): Promise<string> {
    const { projectId, work, requestId, after, origin } = request;
    if (work.kind === 'launch') {
      const rules = { after: [...after] };
      return this.#deps.launches.launch({ ...work.launch, projectId, rules, requestId }, caller, origin);
    }
    const { job, code, parameters } = work;
    const input = { projectId, job, code, parameters, alone: false, requestId };
    return (await this.launchJob(input, caller, { after, origin })).runId;
  }

  async #steps(input: LaunchJobInput): Promise<readonly Step[]> {
    const file = await this.#requireFile(input);
    const wanted = file.jobs.find(({ name }) => name === input.job) ?? this.#unknownJob(file, input.job);
    const chosen = input.alone ? [wanted] : withDependencies(file.jobs, wanted);
    const { tierId, environmentId } = this.#deps.catalog.defaults();
    const place = { folder: file.folder, defaults: { tierId, environmentId } };
    return chosen.map((job) => ({ job, launch: launchOfJob(job, input, place) }));
  }

  #unknownJob({ path, problems, jobs }: FoundFile, job: string): never {
    const wrong =
      problems.find(({ field }) => field?.startsWith(`jobs.${job}`)) ?? problems.find(({ field }) => field === null);
    const names = jobs.map(({ name }) => name).join(', ');
    throw wrong
      ? new DomainError('invalid-input', `${path}, line ${wrong.line}: ${wrong.message}`, {
          field: 'job',
          remedy: 'Mend the file and launch again.',
        })
      : new DomainError('not-found', `${path} has no job ${job}.`, {
          field: 'job',
          remedy: names === '' ? 'Add it.' : `It has: ${names}.`,
        });
  }

  async #requireFile({ projectId, code }: LaunchJobInput): Promise<FoundFile> {
    if (!(await this.#deps.code.hasCommit(projectId, code.commit))) {
      throw new DomainError('not-found', `The commit ${code.commit.slice(0, 12)} is not in the project's repository.`, {
        field: 'code.commit',
        remedy: 'Push the snapshot first; the extension and the command line do so by themselves.',
      });
    }
    const file = await this.#fileAt(projectId, code);
    if (file !== null) return file;
    throw new DomainError('not-found', `The snapshot has no ${jobFileName}.`, {
      field: 'code',
      remedy: `Add ${jobFileName} to the folder that you launch from, or to the root of its repository.`,
    });
  }

  /** In the folder that was launched from, else in the root of the repository. */
  async #fileAt(projectId: string, code: CodeRef): Promise<FoundFile | null> {
    for (const folder of new Set([code.folder, ''])) {
      const path = folder === '' ? jobFileName : `${folder}/${jobFileName}`;
      const content = await this.#deps.code.file(projectId, code.commit, path);
      if (content === null) continue;
      if (content.length > largestFile) {
        throw new DomainError('too-large', `${path} is larger than ${largestFile} bytes.`, { remedy: 'Split it.' });
      }
      return { ...(await this.#deps.jobFiles.read(new TextDecoder().decode(content))), path, folder };
    }
    return null;
  }

  async #newestCode(projectId: string): Promise<CodeRef | null> {
    const newest = await this.#deps.store.read(({ runs }) => runs.runs({ projectIds: [projectId], limit: 50 }));
    return newest.find(({ launch }) => launch !== null)?.launch?.code ?? null;
  }

  async #refusal(launch: LaunchInput, caller: Caller) {
    try {
      const { environmentRevision } = await this.#deps.launches.check(launch, caller);
      return { problem: null, revision: environmentRevision };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return { problem: [error.message, error.remedy].filter(Boolean).join(' '), revision: null };
    }
  }
}
