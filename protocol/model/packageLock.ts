/** The lock of a build: what was found inside, one package a line as pip writes it. Pure. */

export type LockedPackage = { readonly name: string; readonly version: string };

/**
 * Sorted by name. Those of apt, conda and R have that before theirs, as `apt:bash`; `name @ address` and editable
 * installs keep the address as their version.
 */
export function packagesOf(lock: string): readonly LockedPackage[] {
  const packages = lock.split(/\r?\n/).flatMap((line) => {
    const found = /^([A-Za-z0-9][\w.+:-]*)(?:==|\s*@\s*)(\S.*)$/.exec(line.trim());
    const [, name = '', version = ''] = found ?? [];
    return found ? [{ name, version }] : [];
  });
  return packages.sort((a, b) => (canonical(a.name) < canonical(b.name) ? -1 : 1));
}

/** One package has many spellings (PEP 503). */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
