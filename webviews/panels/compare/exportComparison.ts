/** The shown rows as a table for elsewhere: a row a key, a column a run. Pure. */
import { type CsvCell, toCsv } from '../../ui/csv.ts';
import type { CompareRow } from './compareRow.ts';

export type Sheet = { readonly heads: readonly string[]; readonly rows: readonly CompareRow[] };

/** Numbers whole, not as shown. */
export function comparisonCsv({ heads, rows }: Sheet): string {
  const cells = rows.map((row): readonly CsvCell[] => [row.key, ...row.cells.map((cell) => cell?.value ?? null)]);
  return toCsv([['', ...heads], ...cells]);
}

export function comparisonMarkdown({ heads, rows }: Sheet): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = `|${' --- |'.repeat(heads.length + 1)}`;
  return [
    line(['', ...heads]),
    rule,
    ...rows.map((row) => line([row.key, ...row.cells.map((cell) => cell?.text ?? '')])),
  ].join('\n');
}

/** What would end a cell or be markup in it. */
function escaped(text: string): string {
  return text.replace(/[\\|<>&*_`[\]~]/g, '\\$&').replace(/\s*\r?\n\s*/g, ' ');
}
