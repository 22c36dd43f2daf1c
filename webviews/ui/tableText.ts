/** Rows of the text of a table: CSV, TSV, or JSON as MLflow logs tables. The first row names the columns. Pure. */
import Papa from 'papaparse';

export type TextTable = readonly (readonly string[])[];

/** Null where the text is no table. The beginning of a cut CSV is fine; a cut JSON is none. */
export function tableOf(path: string, text: string): TextTable | null {
  if (/\.tsv$/i.test(path)) return parseTable(text, '\t');
  if (/\.csv$/i.test(path)) return parseTable(text, ',');
  return /\.json$/i.test(path) ? tableOfJson(text) : null;
}

export function parseTable(text: string, separator: string): string[][] {
  // Lines of one file may end in different ways.
  const lines = text.replace(/\r\n?/g, '\n');
  return Papa.parse<string[]>(lines, { delimiter: separator, newline: '\n', skipEmptyLines: true }).data;
}

/** `{"columns": [...], "data": [[...]]}`, as pandas splits a table. */
function tableOfJson(text: string): TextTable | null {
  const { columns, data } = parsed(text);
  if (!Array.isArray(columns) || !Array.isArray(data) || !data.every(Array.isArray)) return null;
  return [columns.map(cellText), ...data.map((row: readonly unknown[]) => row.map(cellText))];
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
