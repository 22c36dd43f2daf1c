/** The shell command that runs a file. */
const programs: Readonly<Record<string, string>> = { py: 'python3', r: 'Rscript', sh: 'sh' };

export function runCommandOf(path: string): string {
  const program = programs[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'python3';
  // A name that begins with a hyphen would be an option.
  return `${program} ${quoted(path.startsWith('-') ? `./${path}` : path)}`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
