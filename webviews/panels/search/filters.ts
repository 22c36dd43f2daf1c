/** Filters in the text of a search: put in, taken out, looked for. Pure. */

/** A value with blanks stands in quotes. */
export function writeFilter(field: string, value: string): string {
  return /^[^\s"<>=!]+$/.test(value) ? `${field}:${value}` : `${field}:"${value.replaceAll('"', ' ')}"`;
}

export function hasFilter(text: string, filter: string): boolean {
  return ` ${text} `.includes(` ${filter} `);
}

/** Ends in a blank, so that the last word is taken as it stands. */
export function toggleFilter(text: string, filter: string): string {
  if (!hasFilter(text, filter)) return `${text.trim()} ${filter} `.trimStart();
  return ` ${text} `.replace(` ${filter} `, ' ').trim();
}
