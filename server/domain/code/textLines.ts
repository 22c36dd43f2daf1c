/** A file as lines; null for what is no text. An end of line at the very end begins no line. */
export function linesOf(content: Uint8Array): readonly string[] | null {
  if (content.subarray(0, 8000).includes(0)) return null;
  if (content.length === 0) return [];
  const lines = new TextDecoder().decode(content).split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
