/**
 * The table as CSV: all runs that match, in the order of the table, with the
 * columns that are shown. Fetched page by page; runs that come meanwhile stay
 * out, so that none is told twice.
 */
import type { RunRow } from '../../../protocol/model/experiment.ts';
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import { type CsvCell, csvLine } from '../../ui/csv.ts';
import { durationOf } from '../../ui/format.ts';
import { type Directions, metricOf, textOf } from './cellValue.ts';
import { keysOf, orderText } from './searchRows.ts';
import { columnOf, type TableColumn } from './tableColumn.ts';

/** A whole file is put together in memory before it is saved. */
export const longestExport = 200_000_000;
const cellsPerPage = 40_000;
const mostRows = 1000;

export type ExportWish = {
  readonly app: PanelApp;
  readonly experimentId: string;
  readonly settings: ViewContent;
  readonly directions: Directions;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
};

export async function exportRows(wish: ExportWish): Promise<string> {
  const columns = wish.settings.columns.flatMap(({ id }) => columnOf(id) ?? []);
  const limit = Math.max(20, Math.min(mostRows, Math.floor(cellsPerPage / columns.length)));
  const upTo = Date.now();
  const parts = [csvLine(['run_id', ...columns.map(({ label }) => label)])];
  let length = 0;
  for (let offset = 0; ; offset += limit) {
    const { rows, total } = await page(wish, { offset, limit, upTo });
    const text = rows.map((row) => lineOf(row, columns, wish.directions)).join('');
    parts.push(text);
    length += text.length;
    if (length > longestExport) throw tooLong(offset + rows.length);
    wish.onProgress(Math.min(total, offset + rows.length), total);
    if (rows.length < limit || offset + limit >= total) return parts.join('');
  }
}

type Page = { readonly offset: number; readonly limit: number; readonly upTo: number };

function page({ app, experimentId, settings, signal }: ExportWish, { offset, limit, upTo }: Page) {
  const { filter, runs: view, sort, columns } = settings;
  const older = `attributes.created_at <= ${upTo}`;
  return app.client.experiments.search(
    {
      experimentIds: [experimentId],
      filter: filter.trim() === '' ? older : `${filter} AND ${older}`,
      view,
      orderBy: orderText(sort),
      offset,
      limit,
      ...keysOf(columns.map(({ id }) => id)),
    },
    { signal },
  );
}

function lineOf(row: RunRow, columns: readonly TableColumn[], directions: Directions): string {
  return csvLine([row.id, ...columns.map((column) => cellOf(row, column, directions))]);
}

/** As exact as it is known, where the table shortens: for programs, and for sums in a spreadsheet. */
const exact: Readonly<Record<string, (row: RunRow) => CsvCell>> = {
  created: (row) => new Date(row.createdAt).toISOString(),
  duration: (row) => {
    const took = durationOf(row);
    return took === null ? null : took / 1000;
  },
  cost: (row) => row.cost,
  commit: (row) => row.commit ?? null,
  starred: (row) => row.starred,
};

function cellOf(row: RunRow, column: TableColumn, directions: Directions): CsvCell {
  if (column.kind === 'metric') return metricOf(row, column, directions);
  const attribute = column.kind === 'attribute' ? exact[column.key] : undefined;
  return attribute ? attribute(row) : textOf(row, column, null);
}

function tooLong(rows: number): Error {
  return new Error(
    `The export passes ${longestExport / 1_000_000} MB after ${rows} runs. Filter the runs, or hide columns, and export again.`,
  );
}
