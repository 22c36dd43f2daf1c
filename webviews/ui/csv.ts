/** Tables as CSV (RFC 4180), safe to open in a spreadsheet: text that it would run as a formula is quoted for it. */
import Papa from 'papaparse';

export type CsvCell = string | number | boolean | null;

/** The first row names the columns. Numbers that are not finite keep their names: NaN, Infinity, -Infinity. */
export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  const cells = rows.map((row) => row.map((value) => (typeof value === 'string' ? guarded(value) : (value ?? ''))));
  return `${Papa.unparse(cells, { newline: '\r\n' })}\r\n`;
}

/** One row, with the end of its line. */
export function csvLine(cells: readonly CsvCell[]): string {
  return toCsv([cells]);
}

/** As OWASP advises: a quote before what begins as a formula. Text that is a number is one. */
function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !isNumber(text) ? `'${text}` : text;
}

function isNumber(text: string): boolean {
  return /^[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/.test(text);
}
