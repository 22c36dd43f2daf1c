/**
 * `flywheel backup` and `flywheel restore`: a whole server as one file, and
 * back. Both work on files of this machine, the first also while a server
 * writes them; neither changes the data folder that is copied.
 */
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import type { BackupProgress } from '../../server/offline.ts';
import { dataFolderOf, localFolder, type ServerChoice } from '../server.ts';

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('Copy all of the server of this machine into a new file, while it works or not.')
    .argument('<file>', 'file to make: a tar archive')
    .action(async (file: string, _options: unknown, command: Command) => {
      await backUp(resolve(file), command.optsWithGlobals<ServerChoice>());
    });
  program
    .command('restore')
    .description('Make a data folder (--data) from a backup; start a server on it afterwards.')
    .argument('<file>', 'what `flywheel backup` made')
    .action(async (file: string, _options: unknown, command: Command) => {
      await restore(resolve(file), resolve(dataFolderOf(command.optsWithGlobals<ServerChoice>())));
    });
}

async function backUp(file: string, choice: ServerChoice): Promise<void> {
  const { backUpFolder } = await import('../../server/offline.ts');
  const folder = await localFolder(choice, 'A backup is made');
  await mustBeFree(file);
  using progress = new ProgressLine();
  const { files } = await backUpFolder(folder, file, (step) => progress.show(step)).catch((cause: unknown) => {
    const remedy = 'Is there enough room, and may you write there?';
    throw new ClientError('failed', `The backup ${file} could not be written: ${reasonOf(cause)}.`, { remedy, cause });
  });
  progress.clear();
  console.log(`${file} (${mebibytes((await stat(file)).size)}, ${files} files)`);
  console.error(
    'It holds the keys of sessions and the hashes of tokens: keep it as you keep the server. Running jobs are not in it.',
  );
}

async function restore(file: string, folder: string): Promise<void> {
  const { isEmptyOrAbsent, restoreFolder } = await import('../../server/offline.ts');
  if (!(await isEmptyOrAbsent(folder))) {
    const remedy = 'Name a new one with --data, or move what is there away.';
    throw new ClientError('already-exists', `${folder} is not empty.`, { field: 'data', remedy });
  }
  await access(file).catch((cause: unknown) => {
    throw new ClientError('not-found', `${file} cannot be read.`, { field: 'file', remedy: 'Check the name.', cause });
  });
  using progress = new ProgressLine();
  const { files, bytes } = await restoreFolder(file, folder, (step) => progress.show(step)).catch((cause: unknown) => {
    const remedy = `Nothing was left in ${folder}; take another backup, or make room.`;
    throw new ClientError('failed', `${file} could not be restored: ${reasonOf(cause)}.`, { remedy, cause });
  });
  progress.clear();
  console.log(`${folder} (${mebibytes(bytes)}, ${files} files)`);
  console.error(`Start it with: flywheel serve --data ${folder}`);
}

async function mustBeFree(file: string): Promise<void> {
  const taken = await access(file).then(
    () => true,
    () => false,
  );
  if (taken) throw new ClientError('already-exists', `${file} exists.`, { remedy: 'Choose another name.' });
}

/** One line on a terminal that is written over; elsewhere nothing. */
class ProgressLine implements Disposable {
  #shownAt = 0;

  show(step: BackupProgress): void {
    if (!process.stderr.isTTY || performance.now() - this.#shownAt < 100) return;
    this.#shownAt = performance.now();
    const text =
      step.step === 'database'
        ? `database ${Math.round(step.done * 100)} %`
        : `${step.files} files, ${mebibytes(step.bytes)}`;
    process.stderr.write(`\r\u001b[K${text}`);
  }

  clear(): void {
    if (this.#shownAt > 0) process.stderr.write('\r\u001b[K');
    this.#shownAt = 0;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
