/** `flywheel sweep`: what `sweep.yaml` asks for, with the files of the folder that it is in. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import type { FlywheelClient } from '../../client/connection/connection.ts';
import { sweepDefaults } from '../../client/sweepDefaults.ts';
import type { Sweep } from '../../protocol/model/sweep.ts';
import { type SweepFile, toSweepFields } from '../../protocol/model/sweepFile.ts';
import { oneLine } from '../output.ts';
import { type Reached, withServer } from '../server.ts';
import { onlyProject } from './launch.ts';

type SweepOptions = {
  readonly project?: string;
  readonly follow?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
};

const lookMs = 1000;

export function addSweep(program: Command): void {
  program
    .command('sweep')
    .description('Start a sweep: one command with many values of its parameters.')
    .argument('[file]', 'its definition', 'sweep.yaml')
    .option('--project <id>', 'project (that of the file; FLYWHEEL_PROJECT_ID; otherwise the only one)')
    .option('--check', 'only say whether the file is right')
    .option('--follow', 'tell how it goes until it has ended')
    .option('--json', 'print the sweep as JSON')
    .action(async (path: string, options: SweepOptions, command: Command) => {
      const file = await readDefinition(path);
      if (options.check) console.error(`${path} is right.`);
      else await withServer(command, (reached) => start(reached, { path, file, options }));
    });
}

/** All mistakes are told at once, as compilers tell them. */
async function readDefinition(path: string): Promise<SweepFile> {
  const text = await readFile(path, 'utf8').catch(() => {
    const remedy = 'Name the file, or write one: see docs/sweeps.md.';
    throw new ClientError('not-found', `There is no file ${path}.`, { remedy });
  });
  const { readSweepText } = await import('../../client/sweepText.ts');
  const { file, problems } = readSweepText(text);
  for (const { line, message } of problems) console.error(oneLine(`${path}:${line}: ${message}`));
  if (file !== null) return file;
  throw new ClientError('invalid-input', `${path} is not right.`, { remedy: 'Correct what is said above.' });
}

type Asked = { readonly path: string; readonly file: SweepFile; readonly options: SweepOptions };

async function start({ connection, target }: Reached, { path, file, options }: Asked): Promise<void> {
  const { client } = connection;
  const named = options.project ?? file.project ?? process.env.FLYWHEEL_PROJECT_ID;
  const projectId = named ?? (await onlyProject(client));
  const fields = toSweepFields(file, await sweepDefaults(client, file));
  const { prepareLaunch } = await import('../../client/snapshot/prepareLaunch.ts');
  const onStep = (text: string) => console.error(`${text} ...`);
  const code = await prepareLaunch({ ...target, folder: dirname(resolve(path)), projectId, onStep });
  const experimentId = file.experiment;
  const sweep = await client.sweeps.create({ ...fields, projectId, experimentId, code, requestId: randomUUID() });
  const address = new URL(`sweeps/${sweep.id}`, `${target.url.replace(/\/$/, '')}/`);
  console.error(oneLine(`Started ${sweep.name}: ${address}`));
  const shown = options.follow ? await follow(client, sweep) : sweep;
  console.log(options.json ? JSON.stringify(shown) : shown.id);
}

/** A line whenever something has changed. Ctrl+C ends the watching and not the sweep. */
async function follow(client: FlywheelClient, started: Sweep): Promise<Sweep> {
  let told = '';
  for (;;) {
    const sweep = await client.sweeps.get({ sweepId: started.id });
    const line = lineOf(sweep);
    if (line !== told) console.error(oneLine(line));
    told = line;
    if (sweep.state === 'ended') {
      if (sweep.best === null) process.exitCode = 1;
      return sweep;
    }
    await delay(lookMs);
  }
}

function lineOf({ state, counts, best, objective, reason, detail }: Sweep): string {
  const parts = Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : []));
  const value = best === null ? '' : `; best ${objective.metric} ${best.value} by trial ${best.number}`;
  const why = reason === null ? '' : ` (${reason}${detail === null ? '' : `: ${detail}`})`;
  return `${state}${why}: ${parts.join(', ') || 'no trial yet'}${value}`;
}
