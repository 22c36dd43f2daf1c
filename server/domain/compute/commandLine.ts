/** The shell command of a run with its parameters in it. Pure; a parameter is never read as shell. */

/** `{name}` becomes that parameter; those that are not named so are appended as `--name value`. */
export function commandLine(command: string, parameters: Readonly<Record<string, string>>): string {
  const placed = new Set<string>();
  // One pass: what a parameter brings in is not searched again.
  const filled = command.replace(/\{([^{}\n]{1,250})\}/g, (whole, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) return whole;
    placed.add(name);
    return quote(value);
  });
  const appended = Object.entries(parameters)
    .filter(([name]) => !placed.has(name))
    .map(([name, value]) => `${quote(`--${name}`)} ${quote(value)}`);
  return [filled, ...appended].join(' ');
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
