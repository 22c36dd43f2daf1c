/** Orders files by how likely they are what a person wants to run: by name, then near the root. */
const wanted = /(^|[_-])(train|main|run|fit|experiment)([_-]|$)/i;
const unwanted = /(^|\/)(test_|tests?\/|conftest|setup\.py$|__init__)/i;

export function likelyFirst(paths: readonly string[]): string[] {
  return [...paths].sort((one, other) => weightOf(one) - weightOf(other) || (one < other ? -1 : 1));
}

function weightOf(path: string): number {
  const depth = path.split('/').length - 1;
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  return depth + (wanted.test(name) ? 0 : 10) + (unwanted.test(path) ? 100 : 0);
}
