/** What the thread of the index can be asked for, by name. Each runs in a transaction of its own. */
import type { SearchText } from '../../../../protocol/model/search.ts';
import type { Asked, RecordRef } from '../../../domain/search/ports.ts';
import type { Connection } from '../connection.ts';
import { candidates } from './candidates.ts';
import { find } from './find.ts';
import { headCommits, nextGeneration, placeFiles, setState, settleTree, stateOf, waitingSnapshots } from './places.ts';
import { addFiles, bodyOf, missingFiles, refreshRecords, sweepRecords } from './texts.ts';

type Refreshing = { readonly records: readonly RecordRef[]; readonly position: number };

export const operations = {
  find,
  read,
  position: (connection: Connection, _: null) => stateOf(connection, 'position'),
  refresh: (connection: Connection, { records, position }: Refreshing) => {
    refreshRecords(connection, records);
    setState(connection, 'position', position);
  },
  sweep: sweepRecords,
  settle: (connection: Connection, position: number) => setState(connection, 'position', position),
  waitingSnapshots,
  heads: (connection: Connection, _: null) => headCommits(connection),
  missing: missingFiles,
  addFiles,
  nextGeneration,
  placeFiles,
  settleTree,
} as const;

export type OperationName = keyof typeof operations;
export type OperationInput<N extends OperationName> = Parameters<(typeof operations)[N]>[1];
export type OperationOutput<N extends OperationName> = ReturnType<(typeof operations)[N]>;

type Reading = { readonly id: string } & Pick<Asked, 'projects' | 'people'>;

function read(connection: Connection, { id, projects, people }: Reading): SearchText | null {
  const { number, project } = /^(?<number>\d{1,15})(?:\.(?<project>[a-z0-9-]+))?$/.exec(id)?.groups ?? {};
  if (number === undefined) return null;
  const nothing = { include: [], exclude: [], filters: [] };
  const seen = candidates(connection, nothing, { sight: { projects, people }, only: Number(number) });
  const found = seen.find((each) => project === undefined || each.project === project);
  if (found === undefined) return null;
  const row = connection.statement('SELECT title FROM texts WHERE id = ?').get(found.id);
  const path = found.source === 'file' ? found.ref : null;
  return { title: String(row?.title ?? found.ref), path, lang: found.lang, text: bodyOf(connection, found.id) };
}
