/** `flywheel runs`: list, read and stop runs. Launching has a file of its own. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RunState, type RunSummary, runStates } from '../../protocol/model/run.ts';
import { duration, moment, oneLine, table } from '../output.ts';
import { withServer } from '../server.ts';
import { addLaunch } from './launch.ts';
import { addReproduce } from './reproduce.ts';
import { printChunk, printOutput, untilInterrupted } from './watchRun.ts';

type ListOptions = {
  readonly project?: string;
  readonly state?: readonly RunState[];
  readonly limit: number;
  readonly json?: boolean;
};

export function addRuns(program: Command): void {
  const runs = program.command('runs').description('Training runs.');
  addLaunch(runs);
  addReproduce(runs);
  runs
    .command('list')
    .description('Runs, newest first.')
    .option('--project <id>', 'only of this project')
    .addOption(new Option('--state <state...>', 'only in these states').choices([...runStates]))
    .option('--limit <count>', 'at most this many', readCount, 20)
    .option('--json', 'print them as JSON')
    .action(async (options: ListOptions, command: Command) => list(options, command));
  runs
    .command('logs')
    .description('The output of a run.')
    .argument('<run>', 'id of the run')
    .option('--follow', 'wait for more until the run has ended')
    .action(async (runId: string, options: { follow?: boolean }, command: Command) => {
      await (options.follow ? follow(runId, command) : print(runId, command));
    });
  runs
    .command('stop')
    .description('Ask a run to stop.')
    .argument('<run>', 'id of the run')
    .action(async (runId: string, _options: unknown, command: Command) => stop(runId, command));
}

async function list(options: ListOptions, command: Command): Promise<void> {
  const { project, state, limit, json } = options;
  const query = { projectId: project, states: state ? [...state] : undefined, limit };
  const { items } = await withServer(command, ({ connection }) => connection.client.runs.list(query));
  if (json) return console.log(JSON.stringify(items));
  if (items.length === 0) return console.error('No runs. Launch one with `flywheel runs launch -- COMMAND`.');
  console.log(table(['RUN', 'NAME', 'PROJECT', 'STATE', 'CREATED', 'DURATION', 'BY'], items.map(rowOf)));
}

function rowOf(run: RunSummary): readonly string[] {
  const took = duration(run.startedAt, run.endedAt);
  return [run.id, run.name, run.projectId, run.state, moment(run.createdAt), took, run.createdBy.name];
}

async function print(runId: string, command: Command): Promise<void> {
  await withServer(command, async ({ connection }) => {
    for await (const chunk of await connection.client.runs.logs({ runId, follow: false })) {
      printChunk(chunk);
    }
  });
}

async function follow(runId: string, command: Command): Promise<void> {
  await withServer(command, async ({ connection }) => {
    await untilInterrupted(runId, (signal) => printOutput(connection, runId, signal));
  });
}

async function stop(runId: string, command: Command): Promise<void> {
  const run = await withServer(command, ({ connection }) => connection.client.runs.stop({ runId }));
  console.error(oneLine(`Run ${run.name} (${run.id}) is ${run.state === 'stopped' ? 'stopped' : 'asked to stop'}.`));
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 500) return count;
  throw new InvalidArgumentError('give a whole number from 1 to 500.');
}
