/** The line of a program's output that says what went wrong. Pure. */

/** The last error, without colours; null where none is called so. */
export function errorLine(output: string): string | null {
  return linesOf(output).findLast((line) => /^(?:ERROR|error|\w*Error)\b/.test(line)) ?? null;
}

/** The last error, else the last line that says anything. */
export function lastMeaningfulLine(output: string): string | null {
  return errorLine(output) ?? linesOf(output).at(-1) ?? null;
}

function linesOf(output: string): readonly string[] {
  return (
    output
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
      .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^(?:\[notice\]|WARNING:|DEPRECATION:)/.test(line))
  );
}
