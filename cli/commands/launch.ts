/** `flywheel runs launch`: the snapshot of this folder, pushed, and a run of it. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ClientError, toClientError } from '../../client/clientError.ts';
import type { Connection, FlywheelClient } from '../../client/connection/connection.ts';
import type { CodeRef, Run } from '../../protocol/model/run.ts';
import { oneLine } from '../output.ts';
import { type Reached, withServer } from '../server.ts';
import { watchRun } from './watchRun.ts';

type LaunchOptions = {
  readonly project?: string;
  readonly experiment?: string;
  readonly env?: string;
  readonly tier?: string;
  readonly name?: string;
  readonly param: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly follow?: boolean;
  readonly json?: boolean;
};

export function addLaunch(runs: Command): void {
  runs
    .command('launch')
    .description('Run a command on the server with the files of this folder.')
    .argument('<command...>', 'the command, after --')
    .option('--project <id>', 'project (FLYWHEEL_PROJECT_ID; otherwise the only one)')
    .option('--experiment <id>', "experiment (the project's own)")
    .option('--env <id>', "environment (the server's default)")
    .option('--tier <id>', "hardware tier (the server's default)")
    .option('--name <name>', 'name of the run')
    .option('--param <name=value>', 'a parameter; may be repeated', addParameter, {})
    .option('--folder <folder>', 'folder to take', '.')
    .option('--follow', 'write its output until it has ended')
    .option('--json', 'print the run as JSON')
    .action(async (words: string[], options: LaunchOptions, command: Command) => {
      await withServer(command, (reached) => launch(reached, words, options));
    });
}

async function launch(
  { connection, target }: Reached,
  words: readonly string[],
  options: LaunchOptions,
): Promise<void> {
  const { client } = connection;
  const projectId = options.project ?? process.env.FLYWHEEL_PROJECT_ID ?? (await onlyProject(client));
  const place = await choosePlace(client, options);
  const folder = resolve(options.folder);
  const onStep = (text: string) => console.error(`${text} ...`);
  const { prepareLaunch } = await import('../../client/snapshot/prepareLaunch.ts');
  const code = await prepareLaunch({ ...target, folder, projectId, onStep });
  const run = await submit(connection, { words, options, projectId, place, code });
  console.error(oneLine(`Launched ${run.name}: ${new URL(`runs/${run.id}`, `${target.url.replace(/\/$/, '')}/`)}`));
  if (options.json) console.log(JSON.stringify(run));
  else if (!options.follow) console.log(run.id);
  if (options.follow) await watchRun(connection, run.id);
}

type Place = { readonly environmentId: string; readonly tierId: string };
type Submission = {
  readonly words: readonly string[];
  readonly options: LaunchOptions;
  readonly projectId: string;
  readonly place: Place;
  readonly code: CodeRef;
};

/** One request id for all tries: an answer that was lost on the way makes no second run. */
async function submit(connection: Connection, submission: Submission): Promise<Run> {
  const { words, options, projectId, place, code } = submission;
  const { name, experiment: experimentId, param: parameters } = options;
  const input = { projectId, experimentId, name, parameters, ...place, code, command: shellCommand(words) };
  const requestId = randomUUID();
  for (let tries = 1; ; tries += 1) {
    try {
      return await connection.client.runs.launch({ ...input, requestId });
    } catch (error) {
      if (!toClientError(error).retryable || tries === 3) throw error;
      await connection.ready(AbortSignal.timeout(30_000));
    }
  }
}

export async function onlyProject(client: FlywheelClient): Promise<string> {
  const projects = await client.projects.list({});
  const [first, second] = projects;
  if (first && !second) return first.id;
  const remedy = first ? `Name one with --project: ${projects.map(({ id }) => id).join(', ')}.` : 'Create one first.';
  throw new ClientError('invalid-input', first ? 'There are several projects.' : 'There is no project.', { remedy });
}

async function choosePlace(client: FlywheelClient, options: LaunchOptions): Promise<Place> {
  const { tiers, defaultTierId, defaultEnvironmentId } = await client.tiers.list();
  const tierId = options.tier ?? defaultTierId;
  const environmentId = options.env ?? defaultEnvironmentId;
  if (tierId && environmentId) return { tierId, environmentId };
  const known = tierId ? (await client.environments.list()).map(({ id }) => id) : tiers.map(({ id }) => id);
  const missing = tierId ? 'environment' : 'hardware tier';
  const remedy = `Name one with ${tierId ? '--env' : '--tier'}: ${known.join(', ') || 'there is none yet'}.`;
  throw new ClientError('invalid-input', `The server has no default ${missing}.`, { remedy });
}

/** The shell took the quotes of several words away; a single one is a shell command as it stands. */
export function shellCommand(words: readonly string[]): string {
  if (words.length === 1) return words[0] ?? '';
  return words.map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

export function addParameter(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('give it as name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
