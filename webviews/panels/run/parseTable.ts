/** Rows of a CSV or TSV text, quotes honoured. Pure; the beginning of a cut file is fine. */
export function parseTable(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  // One cell at a time: quoted (with doubled quotes inside) or bare, then its separator, line end or the end.
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|\\r|$)`, 'gy');
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] !== separator) {
      if (row.length > 1 || row[0] !== '') rows.push(row);
      row = [];
    }
    if (match[3] === '') break;
  }
  return rows;
}
