/**
 * What the command line does to a data folder without asking a server: copy
 * it, restore it, look whether its event log is whole. A server may work on
 * the folder meanwhile; nothing in it is changed.
 */
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyDatabase } from './adapters/sqlite/copyDatabase.ts';
import { auditEvents, type EventAudit, problemOfCopy } from './adapters/sqlite/inspectDatabase.ts';
import type { ArchiveTotals } from './adapters/tar/archiveFormat.ts';
import { extractArchive } from './adapters/tar/extractArchive.ts';
import { writeArchive } from './adapters/tar/writeArchive.ts';

const database = 'flywheel.db';
/** Jobs and environments are made anew, and the port file belongs to a running server. */
const files = ['catalog.json', 'sign-in.json', 'session.key', 'secrets.key', 'repos', 'logs', 'artifacts'];

export type BackupProgress =
  | { readonly step: 'database'; readonly done: number }
  | ({ readonly step: 'files' } & ArchiveTotals);

type OnProgress = (progress: BackupProgress) => void;

export type { ArchiveTotals, EventAudit };

export async function hasData(folder: string): Promise<boolean> {
  return access(join(folder, database)).then(
    () => true,
    () => false,
  );
}

/** The database first: all files that it tells of are then still to be copied. */
export async function backUpFolder(folder: string, file: string, onProgress: OnProgress): Promise<ArchiveTotals> {
  const copy = `${file}.db.part`;
  await rm(copy, { force: true });
  try {
    await copyDatabase(join(folder, database), copy, { onProgress: (done) => onProgress({ step: 'database', done }) });
    const parts = files.map((name) => ({ from: join(folder, name), as: name }));
    return await writeArchive(file, {
      parts: [{ from: copy, as: database }, ...parts],
      onProgress: (totals) => onProgress({ step: 'files', ...totals }),
    });
  } finally {
    await rm(copy, { force: true });
  }
}

export async function isEmptyOrAbsent(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

/** Throws what is wrong with the file; the folder is then as it was. */
export function restoreFolder(file: string, folder: string, onProgress: OnProgress): Promise<ArchiveTotals> {
  return extractArchive(file, folder, {
    names: [database, ...files],
    check: async (restored) => {
      if (!(await hasData(restored))) throw new Error('there is no database in it');
      const problem = problemOfCopy(join(restored, database));
      if (problem !== null) throw new Error(problem);
      // What looking at it left behind.
      for (const suffix of ['-wal', '-shm']) await rm(join(restored, `${database}${suffix}`), { force: true });
    },
    onProgress: (totals) => onProgress({ step: 'files', ...totals }),
  });
}

export function auditFolder(folder: string): Promise<EventAudit> {
  return auditEvents(join(folder, database));
}
