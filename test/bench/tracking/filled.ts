/**
 * Databases with very many runs in them. Filling takes a minute, so they are
 * kept in the user's cache, by all that decides what is in them; who measures
 * works on a copy.
 */
import { createHash } from 'node:crypto';
import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { migrations } from '../../../server/adapters/sqlite/migrate.ts';
import { fillMlflow, fillStore } from './manyRuns.ts';
import { mlflowOnSqlite, mlflowVersion } from './peer.ts';

/** A copy of our own database with so many runs. */
export async function copyFilledStore(file: string, runs: number): Promise<void> {
  const kept = await keep(`flywheel-${migrations.length}-${runs}`, (partial) => fillStore(partial, runs));
  copy(kept, file);
}

/** A copy of a database that MLflow itself made, with the same runs in it. */
export async function copyFilledMlflow(file: string, runs: number): Promise<void> {
  const kept = await keep(`mlflow-${mlflowVersion}-${runs}`, async (partial) => {
    await using peer = await mlflowOnSqlite();
    copy(join(peer.folder, 'mlflow.db'), partial);
    fillMlflow(partial, runs);
  });
  copy(kept, file);
}

/** The mark of being whole is its last name. */
async function keep(name: string, fill: (partial: string) => Promise<void>): Promise<string> {
  const generator = createHash('sha256').update(readFileSync(join(import.meta.dirname, 'manyRuns.ts')));
  const file = join(homedir(), '.cache/flywheel/bench', `${name}-${generator.digest('hex').slice(0, 12)}.db`);
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  try {
    await fill(partial);
    renameSync(partial, file);
  } finally {
    for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(`${partial}${rest}`, { force: true });
  }
  return file;
}

function copy(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
}
