/**
 * A program of the server's own machine with all that it needs, to be brought
 * to containers: its package with the ones beside it where it lies among
 * packages, and the Node that this server runs on where it has none of its own.
 */
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';
import { DomainError } from '../../domain/shared/errors.ts';

export type ProgramFiles = {
  readonly root: string;
  /** Where in it the program is that is started. */
  readonly entry: string;
  /** Whether it is a script that needs a Node beside it. */
  readonly isScript: boolean;
};

/** What starts it, beside everything else. */
export const starter = 'start';

export async function programFiles(program: string): Promise<ProgramFiles> {
  try {
    const file = await realpath(program);
    const home = await packageOf(dirname(file));
    const beside = dirname(home);
    const root = basename(beside) === 'node_modules' && !(await hasOwnPackages(home)) ? beside : home;
    return { root, entry: relative(root, file), isScript: /\.[cm]?js$/.test(file) };
  } catch (error) {
    throw new DomainError('invalid-input', `The program ${program} cannot be brought to a Docker host.`, {
      remedy: 'Name the one in the folder that it was installed to, or put it into the image of the environment.',
      cause: error,
    });
  }
}

/** Changes when another version is installed. */
export async function versionOf({ root, entry }: ProgramFiles): Promise<string> {
  const { mtimeMs } = await stat(join(root, entry));
  return `${root} ${entry} ${mtimeMs} ${process.version}`;
}

/** Fills the archive with it; the caller ends it. */
export async function packProgram(archive: Pack, program: ProgramFiles): Promise<void> {
  // Under its own name: packages find each other by that of the folder they are in.
  const root = `files/${basename(program.root)}`;
  await packFolder(archive, program.root, root);
  const target = `"$here/${root}/${program.entry}" "$@"`;
  if (program.isScript) await packFile(archive, await realpath(process.execPath), { name: 'node', mode: 0o755 });
  const script = `#!/bin/sh\nhere=$(dirname "$0")\nexec ${program.isScript ? `"$here/node" ${target}` : target}\n`;
  archive.entry({ name: starter, mode: 0o755 }, script);
}

/** The nearest folder above with a package in it. */
async function packageOf(folder: string): Promise<string> {
  const found = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  if (found !== null) return folder;
  if (dirname(folder) === folder) throw new Error('it is in no package');
  return packageOf(dirname(folder));
}

async function hasOwnPackages(folder: string): Promise<boolean> {
  const { dependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  const own = new Set(await readdir(join(folder, 'node_modules')).catch(() => []));
  return Object.keys(dependencies).every((name) => own.has(name.split('/')[0] ?? ''));
}

async function packFolder(archive: Pack, folder: string, as: string): Promise<void> {
  for (const { name } of await readdir(folder, { withFileTypes: true })) {
    const [path, named] = [join(folder, name), `${as}/${name}`];
    const { mode, ...status } = await lstat(path).then((found) => ({
      mode: found.mode & 0o777,
      isFolder: found.isDirectory(),
      isFile: found.isFile(),
      isLink: found.isSymbolicLink(),
    }));
    if (status.isFolder) await packFolder(archive, path, named);
    else if (status.isLink) archive.entry({ name: named, type: 'symlink', linkname: await readlink(path) });
    // For every user: it belongs to none of those in the container.
    else if (status.isFile) await packFile(archive, path, { name: named, mode: mode | 0o444 });
  }
}

async function packFile(
  archive: Pack,
  path: string,
  { name, mode }: { readonly name: string; readonly mode: number },
): Promise<void> {
  const { size } = await stat(path);
  const sink = archive.entry({ name, mode, size });
  if (size === 0) sink.end();
  else await pipeline(createReadStream(path, { end: size - 1 }), sink);
}
