/**
 * Writes files into a folder, each only after what stood there was put aside,
 * so that it can be undone: contents beside a record of where they belong. It
 * never writes through a link, and never out of the folder.
 */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import * as z from 'zod';
import { ClientError } from '../../../client/clientError.ts';
import { isSafeRelativePath } from '../../../protocol/model/common.ts';

export type FileToPut = {
  readonly path: string;
  /** Null removes it. */
  readonly content: Uint8Array | null;
  readonly executable: boolean;
  /** What counts as having been there, where an editor holds more than the disk. */
  readonly unsaved?: Uint8Array;
};

const aside = z.object({
  root: z.string(),
  title: z.string(),
  at: z.number(),
  files: z.array(
    z.object({
      path: z.string(),
      /** The name of what was put aside; null where nothing was there. */
      kept: z.string().nullable(),
      link: z.string().nullable(),
      mode: z.number().nullable(),
      /** Of what was written since; null where it was removed. */
      written: z.string().nullable(),
    }),
  ),
});
export type Aside = z.infer<typeof aside> & { readonly folder: string };
type AsideFile = Aside['files'][number];

const record = 'record.json';
const mostKept = 10;

/** Everything is put aside before anything is written. */
export async function putAside(
  shelf: string,
  { root, title, files }: { readonly root: string; readonly title: string; readonly files: readonly FileToPut[] },
): Promise<Aside> {
  // A time of its own, however fast one follows another.
  const at = Math.max(Date.now(), Number((await shelved(shelf)).at(-1) ?? 0) + 1);
  const folder = join(shelf, String(at));
  await mkdir(folder, { recursive: true });
  const kept: AsideFile[] = [];
  for (const [index, file] of files.entries()) {
    const place = await placeOf(root, file.path);
    kept.push(await putFileAside({ folder, name: `${index}`, place }, file));
  }
  const done = { root, title, at, files: kept };
  await writeFile(join(folder, record), JSON.stringify(done));
  await dropOldest(shelf);
  return { ...done, folder };
}

/** Removals come first: a file may have to make room for a folder. */
export async function putFiles(root: string, files: readonly FileToPut[]): Promise<void> {
  const ordered = [...files].sort((a, b) => Number(b.content === null) - Number(a.content === null));
  for (const { path, content, executable } of ordered) {
    const place = await placeOf(root, path);
    await rm(place, { force: true });
    if (content === null) continue;
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content, { flag: 'wx' });
    if (executable) await chmod(place, 0o755);
  }
}

/** The newest that was put aside; null when there is nothing to undo. */
export async function lastAside(shelf: string): Promise<Aside | null> {
  for (const name of (await shelved(shelf)).reverse()) {
    const folder = join(shelf, name);
    const text = await readFile(join(folder, record), 'utf8').catch(() => null);
    const found = text === null ? null : aside.safeParse(JSON.parse(text));
    if (found?.success) return { ...found.data, folder };
  }
  return null;
}

/** Files that are no longer as they were put there: undoing would lose what was done since. */
export async function changedSince({ root, files }: Aside): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const { path, written } of files) {
    const content = await readFile(join(root, path)).catch(() => null);
    if ((content === null ? null : digestOf(content)) !== written) changed.push(path);
  }
  return changed;
}

export async function undo({ root, files, folder }: Aside): Promise<void> {
  const ordered = [...files].sort((a, b) => Number(b.kept === null) - Number(a.kept === null));
  for (const { path, kept, link, mode } of ordered) {
    const place = await placeOf(root, path);
    await rm(place, { force: true });
    if (kept === null && link === null) continue;
    await mkdir(dirname(place), { recursive: true });
    if (link !== null) await symlink(link, place);
    else if (kept !== null) await writeFile(place, await readFile(join(folder, kept)), { mode: mode ?? 0o644 });
  }
  await rm(folder, { recursive: true, force: true });
}

type Keeping = { readonly folder: string; readonly name: string; readonly place: string };

async function putFileAside({ folder, name, place }: Keeping, file: FileToPut): Promise<AsideFile> {
  const { path, content, unsaved } = file;
  const written = content === null ? null : digestOf(content);
  const status = await lstat(place).catch(() => null);
  if (status?.isDirectory()) {
    throw new ClientError('wrong-state', `${path} is a folder now: the file is not put in its place.`, {
      remedy: 'Rename the folder, or leave this file out.',
    });
  }
  if (status?.isSymbolicLink()) return { path, kept: null, link: await readlink(place), mode: null, written };
  const there = unsaved ?? (status ? await readFile(place) : null);
  if (there === null) return { path, kept: null, link: null, mode: null, written };
  await writeFile(join(folder, name), there);
  return { path, kept: name, link: null, mode: status ? status.mode & 0o777 : null, written };
}

/** Its folder may be a link: then it is somewhere else than it says. */
async function placeOf(root: string, path: string): Promise<string> {
  const place = join(root, ...path.split('/'));
  const top = await realpath(root);
  const parent = await nearest(dirname(place));
  if (path !== '' && isSafeRelativePath(path) && (parent === top || parent.startsWith(`${top}${sep}`))) return place;
  throw new ClientError('unsafe-path', `${path} would be written outside of the folder.`, {
    field: 'path',
    remedy: 'Leave it out, or replace the link that leads there.',
  });
}

async function nearest(folder: string): Promise<string> {
  const found = await realpath(folder).catch(() => null);
  return found ?? nearest(dirname(folder));
}

async function dropOldest(shelf: string): Promise<void> {
  const names = await shelved(shelf);
  for (const name of names.slice(0, -mostKept)) await rm(join(shelf, name), { recursive: true, force: true });
}

/** The oldest first: their names are times. */
async function shelved(shelf: string): Promise<string[]> {
  return (await readdir(shelf).catch(() => [])).sort((a, b) => Number(a) - Number(b));
}

function digestOf(content: Uint8Array): string {
  return createHash('sha1').update(content).digest('hex');
}
