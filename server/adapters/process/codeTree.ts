/**
 * Writes a code snapshot into a job's folder. An entry that would lie or lead
 * outside is refused, never cleaned up, and nothing is written through a link.
 */
import { chmod, mkdir, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { isSafeLinkTarget, isSafeRelativePath } from '../../../protocol/model/common.ts';
import type { CodeEntry } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { hasCode } from './jobFolder.ts';

const mostEntries = 500_000;

export async function writeCodeTree(root: string, entries: AsyncIterable<CodeEntry>): Promise<void> {
  await mkdir(root, { mode: 0o700 });
  const links: { readonly path: string; readonly target: string }[] = [];
  const folders = new Set<string>();
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    if (count > mostEntries) throw refuse('too-large', `The code has more than ${mostEntries} files.`);
    checkPath(entry.path);
    if (entry.kind === 'link') links.push({ path: entry.path, target: Buffer.from(entry.content).toString('utf8') });
    else await writeEntry(root, entry, folders);
  }
  // Links last: no file can be written through one that is not there yet.
  for (const link of links) await writeLink(root, link, folders);
}

/** The real path of the folder that the command runs in. */
export async function checkWorkFolder(root: string, folder: string): Promise<void> {
  if (!isSafeRelativePath(folder))
    throw refuse('unsafe-path', `The folder ${show(folder)} leaves the code.`, 'code.folder');
  const remedy = 'Name a folder of the snapshot, or leave it empty for its top.';
  try {
    const [top, work] = await Promise.all([realpath(root), realpath(join(root, folder))]);
    if (work !== top && !work.startsWith(top + sep))
      throw refuse('unsafe-path', `The folder ${show(folder)} leaves the code.`);
    if ((await stat(work)).isDirectory()) return;
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR')) throw error;
  }
  throw new DomainError('invalid-input', `The code has no folder ${show(folder)}.`, { field: 'code.folder', remedy });
}

async function writeEntry(root: string, entry: CodeEntry, folders: Set<string>): Promise<void> {
  const file = join(root, entry.path);
  await makeFolder(dirname(file), folders);
  try {
    // `wx`: a second entry of the same name would overwrite, or write through, the first.
    await writeFile(file, entry.content, { flag: 'wx', mode: 0o644 });
    if (entry.kind === 'executable') await chmod(file, 0o755);
  } catch (error) {
    throw explain(error, entry.path);
  }
}

async function writeLink(
  root: string,
  { path, target }: { readonly path: string; readonly target: string },
  folders: Set<string>,
): Promise<void> {
  if (!isSafeLinkTarget(path, target)) {
    throw refuse('unsafe-path', `The link ${show(path)} leads out of the code, to ${show(target)}.`);
  }
  const folder = dirname(join(root, path));
  await makeFolder(folder, folders);
  const [top, real] = await Promise.all([realpath(root), realpath(folder)]);
  if (real !== join(top, dirname(path)))
    throw refuse('unsafe-path', `The link ${show(path)} lies behind another link.`);
  try {
    await symlink(target, join(root, path));
  } catch (error) {
    throw explain(error, path);
  }
}

async function makeFolder(folder: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw explain(error, folder);
  }
  made.add(folder);
}

function checkPath(path: string): void {
  if (path === '' || !isSafeRelativePath(path)) {
    throw refuse('unsafe-path', `The code has a file with an unsafe path: ${show(path)}.`);
  }
}

function explain(error: unknown, path: string): unknown {
  if (hasCode(error, 'EEXIST') || hasCode(error, 'ENOTDIR')) {
    return refuse('unsafe-path', `The code names ${show(path)} more than once.`);
  }
  return error;
}

function refuse(reason: 'unsafe-path' | 'too-large', message: string, field = 'code'): DomainError {
  return new DomainError(reason, message, {
    field,
    remedy: 'Take the file out of the folder or ignore it in .gitignore.',
  });
}

function show(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
