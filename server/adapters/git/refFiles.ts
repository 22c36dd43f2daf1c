/**
 * The refs of one bare repository as files. A ref moves only from where the
 * caller saw it, and is written whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Ref, RefUpdate } from '../../domain/code/ports.ts';
import { library } from './library.ts';

export async function listRefs(gitDir: string): Promise<readonly Ref[]> {
  const refs = await packedRefs(gitDir);
  const entries = await readdir(join(gitDir, 'refs'), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const id = await readId(file);
    if (id !== null) refs.set(file.slice(gitDir.length + 1).replaceAll('\\', '/'), id);
  }
  return [...refs].map(([name, id]) => ({ name, id })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function readRef(gitDir: string, name: string): Promise<string | null> {
  return (await readId(join(gitDir, name))) ?? (await packedRefs(gitDir)).get(name) ?? null;
}

async function readId(file: string): Promise<string | null> {
  const text = (await readFile(file, 'latin1').catch(() => '')).trim();
  return /^[0-9a-f]{40}$/.test(text) ? text : null;
}

/** We write none, but an administrator may run `git gc` in a repository. */
async function packedRefs(gitDir: string): Promise<Map<string, string>> {
  const text = await readFile(join(gitDir, 'packed-refs'), 'utf8').catch(() => '');
  return new Map([...text.matchAll(/^([0-9a-f]{40}) (refs\/.+)$/gm)].map((match) => [match[2] ?? '', match[1] ?? '']));
}

/** Callers serialise per repository. Answers why not, in Git's words; null when it moved. */
export async function moveRef(gitDir: string, { ref, from, to }: RefUpdate): Promise<string | null> {
  if ((await readRef(gitDir, ref)) !== from) return 'fetch first';
  if (to === null) {
    const git = await library();
    await git.deleteRef({ fs, gitdir: gitDir, ref });
    return null;
  }
  try {
    await writeRef(gitDir, ref, to);
    return null;
  } catch (error) {
    // `a` and `a/b` cannot both be refs: one would be a file and a folder.
    if (['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return 'another ref has this name as its folder';
    }
    throw error;
  }
}

export async function writeRef(gitDir: string, name: string, id: string): Promise<void> {
  const fresh = join(gitDir, `.ref-${randomUUID()}`);
  await mkdir(dirname(join(gitDir, name)), { recursive: true });
  try {
    await writeFile(fresh, `${id}\n`, { flush: true });
    await rename(fresh, join(gitDir, name));
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
