/**
 * The files that an ended job left under given paths, streamed out of its
 * volume. The engine is asked for what lies directly in the work folder and no
 * deeper, so that it follows no link on the way; links in what it packs are
 * passed over.
 */
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import type { CollectedFile } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Engine } from './engine.ts';
import { jobPaths } from './jobScript.ts';
import { readArchive } from './readArchive.ts';

export type CollectOptions = {
  readonly engine: Engine;
  readonly container: string;
  /** The work folder. */
  readonly root: string;
  /** Folder of the code that the paths begin in. */
  readonly folder: string;
  readonly paths: readonly string[];
};

export async function* collectFiles(options: CollectOptions): AsyncGenerator<CollectedFile> {
  const { folder, paths } = options;
  const wanted = paths.map((path) => join(folder, requireInside(path)));
  const isWanted = (file: string) => wanted.some((path) => ['', file].includes(path) || file.startsWith(`${path}/`));
  for (const top of topsOf(wanted)) {
    for await (const file of filesUnder(options, top)) {
      if (isWanted(file.path)) yield { ...file, path: folder === '' ? file.path : file.path.slice(folder.length + 1) };
    }
  }
}

function requireInside(path: string): string {
  if (isSafeRelativePath(path)) return path;
  throw new DomainError('unsafe-path', `The artifact path ${JSON.stringify(path)} is not inside the work folder.`);
}

/** Each once, so that no file comes twice. */
function topsOf(wanted: readonly string[]): readonly string[] {
  const tops = new Set(wanted.map((path) => path.split('/')[0] ?? ''));
  return tops.has('') ? [''] : [...tops];
}

/** Paths from the work folder on. */
async function* filesUnder(options: CollectOptions, top: string): AsyncGenerator<CollectedFile> {
  const { engine, container, root } = options;
  for await (const { header, content } of readArchive(engine, container, join(root, top))) {
    // The whole work folder is packed under its own name.
    const path = top === '' ? header.name.slice(jobPaths.work.length + 1) : header.name;
    if (!isSafeRelativePath(path)) continue;
    if (header.type === 'file') yield { path, bytes: header.size ?? 0, open: () => content };
    // Of a file with two names the second is packed as a reference to the first: alone it has its content.
    else if (header.type === 'link') yield* secondName(options, path);
  }
}

async function* secondName({ engine, container, root }: CollectOptions, path: string): AsyncGenerator<CollectedFile> {
  for await (const { header, content } of readArchive(engine, container, join(root, path))) {
    if (header.type === 'file') yield { path, bytes: header.size ?? 0, open: () => content };
  }
}

function join(folder: string, path: string): string {
  return [folder, path].filter((part) => part !== '').join('/');
}
