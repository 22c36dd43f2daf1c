/** The columns in which the runs that match are not all the same, without those that differ in any two runs. */
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import { offeredColumns } from './tableColumn.ts';

export async function differingColumns(
  app: PanelApp,
  experimentId: string,
  { filter, runs: view }: ViewContent,
): Promise<readonly string[]> {
  const columns = await app.client.experiments.differing({ experimentIds: [experimentId], filter, view });
  return offeredColumns(columns)
    .filter(({ kind, section }) => kind !== 'attribute' && section !== 'system')
    .map(({ id }) => id);
}
