/** The settings of a table that shows only columns whose values are not the same in all runs that match. */
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import { onlyDiffering } from './columnChanges.ts';
import { offeredColumns } from './tableColumn.ts';

export async function withDifferingOnly(
  app: PanelApp,
  experimentId: string,
  settings: ViewContent,
): Promise<ViewContent> {
  const { filter, runs: view } = settings;
  const columns = await app.client.experiments.differing({ experimentIds: [experimentId], filter, view });
  const ids = offeredColumns(columns).flatMap((column) =>
    column.kind === 'attribute' || column.section === 'system' ? [] : [column.id],
  );
  return onlyDiffering(settings, ids);
}
