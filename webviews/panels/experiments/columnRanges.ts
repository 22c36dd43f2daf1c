/** How far the values of columns shown as bars reach, over all runs that match and not those in sight alone. */
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import type { RowQuestion } from './searchRows.ts';
import { columnOf } from './tableColumn.ts';

export type Range = { readonly min: number; readonly max: number };

/** What the ranges depend on, for comparison. */
export function barsOf({ columns, filter, runs }: ViewContent): string {
  return JSON.stringify([columns.filter(({ look }) => look === 'bar').map(({ id }) => id), filter, runs]);
}

export function loadRanges(
  app: PanelApp,
  { experimentId, settings }: RowQuestion,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Range>> | undefined {
  const bars = settings.columns.flatMap(({ id, look }) => {
    const grammar = columnOf(id)?.grammar;
    return look === 'bar' && grammar ? [[id, grammar] as const] : [];
  });
  if (bars.length === 0) return undefined;
  return ask(app, { experimentId, settings }, { bars: bars.slice(0, 50), signal });
}

type Asked = { readonly bars: readonly (readonly [string, string])[]; readonly signal: AbortSignal };

/** All runs of one experiment are one group. */
async function ask(app: PanelApp, { experimentId, settings }: RowQuestion, { bars, signal }: Asked) {
  const question = {
    experimentIds: [experimentId],
    filter: settings.filter,
    view: settings.runs,
    groupBy: ['attributes.experiment_id'],
    metrics: bars.map(([, grammar]) => grammar),
    limit: 1,
  };
  const [all] = (await app.client.experiments.group(question, { signal })).rows;
  const ranges = new Map<string, Range>();
  for (const [id, grammar] of bars) {
    const aggregate = all?.aggregates[grammar];
    if (aggregate) ranges.set(id, aggregate);
  }
  return ranges;
}
