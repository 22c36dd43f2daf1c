/** Packages and their versions, from a lock, a requirements file or a conda environment. Pure. */

/** A name as PyPI compares them. */
function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

const requirement = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(@.*|[=<>~!].*)?$/;

/** Options, comments and what cannot be read are left out. */
export function packagesIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const bare =
      line
        .replace(/(^|\s)#.*$/, '')
        .split(';')[0]
        ?.trim() ?? '';
    const [, name, version = ''] = requirement.exec(bare) ?? [];
    if (name) found.set(normalised(name), version.replace(/^={1,3}\s*/, '').trim() || 'any');
  }
  return found;
}

/** The dependencies of a conda environment, those of pip in it included. */
export function packagesInConda(text: string): ReadonlyMap<string, string> {
  const [, dependencies = ''] = text.split(/^dependencies:\s*$/m);
  const items = dependencies.split(/\r?\n/).flatMap((line) => /^\s*-\s+(.*?[^:])\s*$/.exec(line)?.[1] ?? []);
  return packagesIn(items.map((item) => item.replace(/^['"]|['"]$/g, '')).join('\n'));
}
