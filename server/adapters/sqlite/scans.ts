/** The reads that may pass over very many runs, by name: what a reading thread can be asked for. */
import { columns, distinctValues } from './columnRows.ts';
import { differingColumns } from './differingRuns.ts';
import { groupRuns } from './groupRuns.ts';
import { portfolio } from './portfolio.ts';
import { projectUse } from './projectUse.ts';
import { countRuns, searchRuns } from './searchRuns.ts';
import { spending } from './spending.ts';
import { tabulateRuns } from './tabulateRuns.ts';

export const scans = {
  search: searchRuns,
  count: countRuns,
  group: groupRuns,
  differing: differingColumns,
  table: tabulateRuns,
  columns,
  distinct: distinctValues,
  spending,
  portfolio,
  projectUse,
} as const;

export type ScanName = keyof typeof scans;
export type ScanInput<N extends ScanName> = Parameters<(typeof scans)[N]>[1];
export type ScanOutput<N extends ScanName> = ReturnType<(typeof scans)[N]>;
