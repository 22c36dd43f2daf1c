/** Asks for rows with the columns in sight alone: a run can have thousands of others. */
import type { RunPage, RunRow, SearchRunsInput } from '../../../protocol/model/experiment.ts';
import type { ViewContent, ViewSort } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import type { RunEntry } from '../../grid/tableRow.ts';
import { colourTag, columnOf, type TableColumn } from './tableColumn.ts';

export type View = ViewContent['runs'];
export type RowQuestion = { readonly experimentId: string; readonly settings: ViewContent };
type Range = { readonly offset: number; readonly limit: number };
type Asked = Pick<SearchRunsInput, 'metrics' | 'parameters' | 'tags' | 'at'>;

export type RowSearch = Range & { readonly columns: readonly string[]; readonly sort: readonly ViewSort[] };

export function searchRows(app: PanelApp, question: RowQuestion, asked: RowSearch): Promise<RunPage> {
  const { filter, runs } = question.settings;
  return app.client.experiments.search({
    experimentIds: [question.experimentId],
    filter,
    view: runs,
    orderBy: orderText(asked.sort),
    offset: asked.offset,
    limit: asked.limit,
    ...keysOf(asked.columns),
  });
}

/** The present values of some runs, be they in the filter or no longer. */
export async function rowsById(
  app: PanelApp,
  experimentId: string,
  asked: { readonly runIds: readonly string[]; readonly columns: readonly string[]; readonly signal?: AbortSignal },
): Promise<readonly RunRow[]> {
  if (asked.runIds.length === 0) return [];
  const list = asked.runIds.map((id) => `'${id.replaceAll("'", "''")}'`).join(', ');
  const question = {
    experimentIds: [experimentId],
    filter: `attributes.run_id IN (${list})`,
    view: 'all' as const,
    limit: asked.runIds.length,
    ...keysOf(asked.columns),
  };
  return (await app.client.experiments.search(question, { signal: asked.signal })).rows;
}

export function entryOf(run: RunRow, columns: readonly string[], inGroup = false): RunEntry {
  return { kind: 'run', id: run.id, run, inGroup, fetched: new Set(columns) };
}

export function orderText(sort: readonly ViewSort[]): string[] {
  return sort.flatMap(({ id, direction }) => {
    const grammar = columnOf(id)?.grammar;
    return grammar ? [`${grammar} ${direction === 'asc' ? 'ASC' : 'DESC'}`] : [];
  });
}

/** The order in which the newest run comes first, as without any: what arrives then stands at the top. */
export function isNewestFirst(sort: readonly ViewSort[]): boolean {
  const [first] = sort;
  return first === undefined || (first.id === 'attribute:created' && first.direction === 'desc');
}

export function keysOf(columns: readonly string[]): Asked {
  const shown = columns.flatMap((id) => columnOf(id) ?? []);
  const keys = (kind: TableColumn['kind']) => [
    ...new Set(shown.flatMap((column) => (column.kind === kind ? [column.key] : []))),
  ];
  const at = shown.flatMap(({ key, part }) => (typeof part === 'number' ? [{ key, step: part }] : []));
  return { metrics: keys('metric'), parameters: keys('param'), tags: [...keys('tag'), colourTag], at: at.slice(0, 50) };
}
