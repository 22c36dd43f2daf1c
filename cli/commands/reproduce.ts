/** `flywheel runs reproduce`: what could not be the same, then the same run again. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import type { ReproducePlan } from '../../protocol/model/reproduction.ts';
import { oneLine, table } from '../output.ts';
import { type Reached, withServer } from '../server.ts';
import { watchRun } from './watchRun.ts';

type Options = {
  readonly plan?: boolean;
  readonly tier?: string;
  readonly name?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
};

export function addReproduce(runs: Command): void {
  runs
    .command('reproduce')
    .description('Launch a run again: same code, environment, tier, command and parameters.')
    .argument('<run>', 'id of the run')
    .option('--plan', 'only say what would be the same and what could not')
    .option('--tier <id>', "another hardware tier than the run's")
    .option('--name <name>', 'name of the new run')
    .option('--follow', 'write its output until it has ended')
    .option('--json', 'print the plan or the new run as JSON')
    .action(async (runId: string, options: Options, command: Command) => {
      await withServer(command, (reached) => reproduce(reached, runId, options));
    });
}

async function reproduce({ connection, target }: Reached, runId: string, options: Options): Promise<void> {
  const { client } = connection;
  const { tier: tierId, name, json } = options;
  const plan = await client.runs.reproducePlan({ runId, tierId });
  if (options.plan) {
    console.log(json ? JSON.stringify(plan) : planTable(plan));
    if (!plan.possible) process.exitCode = 1;
    return;
  }
  if (!plan.possible) throw refused(plan);
  for (const { text } of plan.differences) console.error(oneLine(`Not the same: ${text}`));
  const run = await client.runs.reproduce({ runId, tierId, name, requestId: randomUUID() });
  console.error(oneLine(`Launched ${run.name}: ${new URL(`runs/${run.id}`, `${target.url.replace(/\/$/, '')}/`)}`));
  if (json) console.log(JSON.stringify(run));
  else if (!options.follow) console.log(run.id);
  if (options.follow) await watchRun(connection, run.id);
}

function refused({ because, differences }: ReproducePlan): ClientError {
  const remedy = differences.find(({ kind }) => kind === 'blocks')?.remedy ?? undefined;
  return new ClientError('wrong-state', because ?? 'It cannot be launched again.', { remedy });
}

function planTable({ because, same, differences, told }: ReproducePlan): string {
  const rows = [
    ...same.map(({ what, text }) => [what, 'same', text]),
    ...differences.map(({ what, kind, text }) => [what, kind, text]),
    ...Object.entries(told).map(([what, value]) => [what, 'told', value]),
  ];
  return [because, table(['WHAT', 'VERDICT', 'WHY'], rows)].filter(Boolean).join('\n');
}
