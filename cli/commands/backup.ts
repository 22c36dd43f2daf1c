/**
 * `flywheel backup`: a consistent copy of the database of this machine's
 * server, also while it works: SQLite lets another process read it. It never
 * writes into the data folder.
 */
import { access, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import { dataFolderOf, type ServerChoice } from '../server.ts';

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('Copy the database of the server of this machine into a new file, while it works or not.')
    .argument('<file>', 'file to make')
    .action(async (file: string, _options: unknown, command: Command) => {
      await backUp(resolve(file), command.optsWithGlobals<ServerChoice>());
    });
}

async function backUp(file: string, choice: ServerChoice): Promise<void> {
  if (choice.url) {
    const remedy = 'Run it there; --data names its data folder.';
    throw new ClientError('invalid-input', 'A backup is made on the machine of the server.', { field: 'url', remedy });
  }
  const folder = dataFolderOf(choice);
  const database = join(folder, 'flywheel.db');
  await mustExist(database, folder);
  await mustBeFree(file);
  await copy(database, file);
  const { size } = await stat(file);
  console.log(`${file} (${(size / 2 ** 20).toFixed(1)} MiB)`);
  console.error(
    `Code, artifacts and logs are files: copy catalog.json, repos, artifacts and logs of ${folder} as well.`,
  );
}

async function copy(database: string, file: string): Promise<void> {
  const half = `${file}.part`;
  const source = new DatabaseSync(database, { readOnly: true, timeout: 5_000 });
  try {
    await backup(source, half);
    await rename(half, file);
  } catch (error) {
    await rm(half, { force: true });
    const remedy = 'Is there enough room, and may you write there?';
    throw new ClientError('failed', `The backup ${file} could not be written.`, { remedy, cause: error });
  } finally {
    source.close();
  }
}

async function mustExist(database: string, folder: string): Promise<void> {
  await access(database).catch((error: unknown) => {
    const remedy = 'Name its data folder with --data or FLYWHEEL_DATA.';
    throw new ClientError('not-found', `There is no server's data in ${folder}.`, { remedy, cause: error });
  });
}

async function mustBeFree(file: string): Promise<void> {
  const taken = await access(file).then(
    () => true,
    () => false,
  );
  if (taken) throw new ClientError('already-exists', `${file} exists.`, { remedy: 'Choose another name.' });
}
