/** `flywheel job`: the jobs of flywheel.yaml in this folder, tried out and run. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import type { JobPlan } from '../../protocol/model/job.ts';
import { jobFileName } from '../../protocol/model/jobFileName.ts';
import { oneLine, table } from '../output.ts';
import { type Reached, withServer } from '../server.ts';
import { addParameter, onlyProject } from './launch.ts';
import { watchRun } from './watchRun.ts';

type Options = {
  readonly project?: string;
  readonly param: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly alone?: boolean;
  readonly plan?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
};

export function addJobs(program: Command): void {
  const jobs = program.command('job').description(`Jobs of ${jobFileName}.`);
  jobs
    .command('list')
    .description('The jobs that the file of this folder defines, and what is wrong in it.')
    .option('--folder <folder>', 'folder to look in', '.')
    .option('--json', 'print them as JSON')
    .action(async (options: Options, command: Command) => {
      await withServer(command, (reached) => list(reached, options));
    });
  jobs
    .command('run')
    .description('Run a job, and those it depends on, with the files of this folder.')
    .argument('<job>', 'name of the job')
    .option('--project <id>', 'project (FLYWHEEL_PROJECT_ID; otherwise the only one)')
    .option('--param <name=value>', 'a parameter instead of that of the file; may be repeated', addParameter, {})
    .option('--folder <folder>', 'folder to take', '.')
    .option('--alone', 'without the jobs that it depends on')
    .option('--plan', 'only say what would be queued, wait and likely cost')
    .option('--follow', 'write its output until it has ended')
    .option('--json', 'print the plan or the runs as JSON')
    .action(async (job: string, options: Options, command: Command) => {
      await withServer(command, (reached) => run(reached, job, options));
    });
}

async function list({ connection }: Reached, { folder, json }: Options): Promise<void> {
  const file = join(resolve(folder), jobFileName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const remedy = 'Go to the folder that it is in, or name it with --folder.';
    throw new ClientError('not-found', `There is no ${jobFileName} in ${resolve(folder)}.`, { remedy, cause: error });
  });
  const { jobs, problems } = await connection.client.jobs.validate({ text });
  for (const { line, message } of problems) console.error(oneLine(`${jobFileName}:${line}: ${message}`));
  if (problems.length > 0) process.exitCode = 1;
  if (json) return console.log(JSON.stringify(jobs));
  const rows = jobs.map(({ name, definition }) => [
    name,
    definition.command ?? `report ${definition.report}`,
    definition['depends-on']?.join(', ') ?? '',
    definition.schedule?.cron ?? '',
  ]);
  console.log(table(['JOB', 'RUNS', 'NEEDS', 'SCHEDULE'], rows));
}

async function run({ connection, target }: Reached, job: string, options: Options): Promise<void> {
  const { client } = connection;
  const projectId = options.project ?? process.env.FLYWHEEL_PROJECT_ID ?? (await onlyProject(client));
  const onStep = (text: string) => console.error(`${text} ...`);
  const { prepareLaunch } = await import('../../client/snapshot/prepareLaunch.ts');
  const code = await prepareLaunch({ ...target, folder: resolve(options.folder), projectId, onStep });
  const { param: parameters, alone, json } = options;
  const input = { projectId, job, code, parameters, alone };
  if (options.plan) {
    const plan = await client.jobs.dryRun(input);
    console.log(json ? JSON.stringify(plan) : planTable(plan));
    if (!plan.possible) process.exitCode = 1;
    return;
  }
  const launched = await client.jobs.launch({ ...input, requestId: randomUUID() });
  for (const each of launched.runs) {
    console.error(oneLine(`Queued ${each.job}: ${new URL(`runs/${each.runId}`, `${target.url.replace(/\/$/, '')}/`)}`));
  }
  if (json) console.log(JSON.stringify(launched));
  else if (!options.follow) console.log(launched.runId);
  if (options.follow) await watchRun(connection, launched.runId);
}

function planTable({ steps, cost }: JobPlan): string {
  const rows = steps.map((step) => [
    step.job,
    step.command,
    `${step.environmentId}${step.environmentRevision === null ? '' : `@${step.environmentRevision}`}`,
    step.tierId,
    step.problem ?? `waits ${step.waitsFor.join('; ')}`,
  ]);
  const money =
    cost === null
      ? 'not known from earlier runs'
      : `${cost.low.toFixed(2)} to ${cost.high.toFixed(2)} ${cost.currency}`;
  return `${table(['JOB', 'COMMAND', 'ENVIRONMENT', 'TIER', 'THEN'], rows)}\nLikely cost: ${money}`;
}
