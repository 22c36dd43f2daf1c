/**
 * Rows as lines of CSV (RFC 4180), for spreadsheets and for code. Text that a
 * spreadsheet would run as a formula is made plain by a quote before it; what
 * reads as a number is left as it is. NaN and the infinities stay words.
 */
export type CsvCell = string | number | boolean | null;

export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' ? guarded(cell) : String(cell);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

const startsFormula = /^[=+\-@\t\r]/;

function guarded(text: string): string {
  return startsFormula.test(text) && !isNumber(text) ? `'${text}` : text;
}

function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) || /^[+-]?Infinity$/.test(text);
}
