/** A job of flywheel.yaml as the launch that it means, and the jobs that go before it. Pure. */
import { type DefinedJob, type JobDefinition, type LaunchJobInput, minutesOf } from '../../../protocol/model/job.ts';
import { type LaunchInput, type LaunchRules, retryRule } from '../../../protocol/model/run.ts';
import { DomainError } from '../shared/errors.ts';
import { reportCommand, reportFile } from './reportCommand.ts';

export type JobPlace = {
  /** Folder of flywheel.yaml inside the snapshot. */
  readonly folder: string;
  readonly defaults: { readonly tierId: string | null; readonly environmentId: string | null };
};

export function launchOfJob({ name, definition }: DefinedJob, asked: LaunchJobInput, place: JobPlace): LaunchInput {
  const instead: Partial<LaunchJobInput> = name === asked.job ? asked : {};
  const parameters = { ...textsOf(definition.parameters), ...instead.parameters };
  const { environment, tier, priority = 0, outputs = ['outputs'], folder = '' } = definition;
  return {
    projectId: asked.projectId,
    parameters,
    tags: {},
    environmentId: required(instead.environmentId ?? environment ?? place.defaults.environmentId, 'environment', name),
    tierId: required(instead.tierId ?? tier ?? place.defaults.tierId, 'tier', name),
    code: { ...asked.code, folder: [place.folder, folder].filter(Boolean).join('/') },
    priority,
    rules: rulesOf(definition),
    ...whatItRuns(definition, Object.keys(parameters), outputs),
  };
}

function whatItRuns(
  { command = '', report }: JobDefinition,
  parameters: readonly string[],
  outputs: readonly string[],
) {
  if (report === undefined) return { command, artifacts: [...outputs] };
  return { command: reportCommand(report, parameters), artifacts: [...new Set([reportFile, ...outputs])] };
}

function textsOf(values: JobDefinition['parameters'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

function required(value: string | null | undefined, field: string, job: string): string {
  if (value) return value;
  throw new DomainError('invalid-input', `The job ${job} names no ${field}, and the server has no default one.`, {
    field: `jobs.${job}.${field}`,
    remedy: `Add ${field} to the job.`,
  });
}

export function rulesOf(definition: JobDefinition): LaunchRules {
  const { retries, timeout, concurrency } = definition;
  const seconds = (text: string | undefined) => (text === undefined ? undefined : minutesOf(text) * 60);
  return {
    ...(retries && {
      retries: retryRule.parse({
        limit: retries.limit,
        on: retries.on,
        firstWaitSeconds: seconds(retries.wait),
        longestWaitSeconds: seconds(retries['longest-wait']),
      }),
    }),
    ...(timeout !== undefined && { timeoutMinutes: minutesOf(timeout) }),
    ...(concurrency && { concurrency: { group: concurrency.group, policy: concurrency.policy ?? 'queue' } }),
    after: [],
  };
}

/** The job after all that it depends on, each once. Cycles were refused when the file was read. */
export function withDependencies(jobs: readonly DefinedJob[], wanted: DefinedJob): readonly DefinedJob[] {
  const known = new Map(jobs.map((job) => [job.name, job]));
  const ordered = new Set<DefinedJob>();
  const visit = (job: DefinedJob) => {
    for (const name of job.definition['depends-on'] ?? []) {
      const needed = known.get(name);
      if (needed && !ordered.has(needed)) visit(needed);
    }
    ordered.add(job);
  };
  visit(wanted);
  return [...ordered];
}
