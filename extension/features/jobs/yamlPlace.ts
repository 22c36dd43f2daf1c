/** Where a caret stands in flywheel.yaml: the keys above it by indentation, and whether a key or a value is written. Pure. */
export type YamlPlace = {
  /** Keys from the root to the mapping that the line is in. */
  readonly path: readonly string[];
  /** The key whose value is written; null while a key is written. */
  readonly valueOf: string | null;
};

type Key = { readonly indent: number; readonly name: string };

export function yamlPlaceAt(lines: readonly string[], line: number, column: number): YamlPlace {
  const before = (lines[line] ?? '').slice(0, column);
  const above = lines.slice(0, line).flatMap((text) => keyOf(text) ?? []);
  const written = keyOf(before);
  if (written) return { path: pathTo(above, written.indent), valueOf: written.name };
  const indent = before.length - before.trimStart().length;
  // An item of a list may stand as far left as the key that it belongs to.
  if (!/^\s*-/.test(before)) return { path: pathTo(above, indent), valueOf: null };
  const path = pathTo(above, indent + 1);
  return { path: path.slice(0, -1), valueOf: path.at(-1) ?? null };
}

function keyOf(text: string): Key | null {
  const [, space, name] = /^(\s*)["']?([\w.@/-]+)["']?\s*:/.exec(text) ?? [];
  return space === undefined || name === undefined ? null : { indent: space.length, name };
}

/** From the nearest key that is less indented outwards. */
function pathTo(above: readonly Key[], indent: number): readonly string[] {
  let within = indent;
  const path: string[] = [];
  for (const key of above.toReversed()) {
    if (key.indent >= within) continue;
    path.unshift(key.name);
    within = key.indent;
  }
  return path;
}
