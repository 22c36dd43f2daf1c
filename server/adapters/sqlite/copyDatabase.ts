/** A consistent copy of a database file that others may be writing to. */
import { backup } from 'node:sqlite';
import { Connection } from './connection.ts';

/** Between two steps others get a turn. */
const pagesAtOnce = 1000;

export type CopyOptions = { readonly onProgress?: (done: number) => void };

/** From a connection of its own that holds one snapshot: a copy that followed the writer could begin again for ever. */
export async function copyDatabase(from: string, to: string, { onProgress }: CopyOptions = {}): Promise<void> {
  const source = new Connection(from, 'read');
  try {
    source.command('BEGIN');
    source.database.prepare('SELECT count(*) FROM sqlite_schema').get();
    await backup(source.database, to, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) => onProgress?.(1 - remainingPages / Math.max(1, totalPages)),
    });
  } finally {
    source.close();
  }
}
