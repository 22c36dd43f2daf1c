/** Reads the tree once: every source file with what it imports, types included. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';

export const root = join(import.meta.dirname, '../..');

export type Import = {
  /** As written. */
  readonly specifier: string;
  /** Path from the root for a relative import, null for a package. */
  readonly file: string | null;
};

export type Source = { readonly file: string; readonly imports: readonly Import[] };

const folders = ['protocol', 'client', 'cli', 'server', 'extension', 'webviews', 'scripts', 'test'];

function importsOf(file: string): readonly Import[] {
  const { module } = parseSync(file, readFileSync(join(root, file), 'utf8'));
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) => each.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.map((each) => text.slice(each.moduleRequest.start + 1, each.moduleRequest.end - 1)),
  ];
  return [...new Set(specifiers)].map((specifier) => ({
    specifier,
    file: specifier.startsWith('.') ? posix.normalize(posix.join(dirname(file), specifier)) : null,
  }));
}

let cached: readonly Source[] | undefined;

export function sources(): readonly Source[] {
  cached ??= folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .map((file) => file.replaceAll('\\', '/'))
    .map((file) => ({ file, imports: importsOf(file) }));
  return cached;
}
