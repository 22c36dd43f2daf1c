/** Asks for a block of rows with the shown columns alone: a run can have thousands of others. */
import type { RunPage } from '../../../protocol/model/experiment.ts';
import type { PanelApp } from '../../app/client.ts';
import type { ColumnLayout } from '../../grid/columnLayout.ts';
import type { BlockRequest, SortItem } from '../../grid/runGrid.ts';
import { orderOf, splitColumn } from './runColumns.ts';

export type View = 'active' | 'deleted';
export type RowQuestion = {
  readonly experimentId: string;
  readonly filter: string;
  readonly view: View;
  readonly layout: readonly ColumnLayout[];
};

export function searchRows(app: PanelApp, question: RowQuestion, block: BlockRequest): Promise<RunPage> {
  const shown = question.layout.map((column) => splitColumn(column.id));
  const keysOf = (kind: string) => shown.flatMap(([of, key]) => (of === kind ? [key] : [])).slice(0, 1000);
  return app.client.experiments.search({
    experimentIds: [question.experimentId],
    filter: question.filter,
    view: question.view,
    orderBy: block.sort.flatMap(orderText),
    offset: block.offset,
    limit: block.limit,
    metrics: keysOf('metric'),
    parameters: keysOf('param'),
    tags: keysOf('tag'),
  });
}

function orderText({ colId, sort }: SortItem): string[] {
  const order = orderOf(colId);
  return order === null ? [] : [`${order} ${sort === 'asc' ? 'ASC' : 'DESC'}`];
}
