/** What a row of the table is: a run, or a group of runs with what was computed over all of them. */
import type { RunGroups, RunRow } from '../../protocol/model/experiment.ts';

/** What was computed is by column of the grammar. */
export type Group = RunGroups['rows'][number];

export type RunEntry = {
  readonly kind: 'run';
  readonly id: string;
  readonly run: RunRow;
  readonly inGroup: boolean;
  /** The ids of the columns whose values were fetched: of a thousand, those in sight. */
  readonly fetched: ReadonlySet<string>;
};

export type GroupEntry = {
  readonly kind: 'group';
  readonly id: string;
  readonly group: Group;
  readonly open: boolean;
};

export type TableRow = RunEntry | GroupEntry;

export function groupId(values: Group['values']): string {
  return `group:${JSON.stringify(values)}`;
}

/** The row with values of more columns, or newer ones; what the newer one was not asked for stays. */
export function withValues(entry: RunEntry, newer: RunEntry): RunEntry {
  const { run } = entry;
  const values = {
    parameters: { ...run.parameters, ...newer.run.parameters },
    tags: { ...run.tags, ...newer.run.tags },
    metrics: { ...run.metrics, ...newer.run.metrics },
    at: { ...run.at, ...newer.run.at },
  };
  return { ...entry, run: { ...newer.run, ...values }, fetched: new Set([...entry.fetched, ...newer.fetched]) };
}
