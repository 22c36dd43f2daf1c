/** What lies in a folder, for tests that nothing does. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function everyName(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => !name.includes('.compiled')).sort();
}

export async function filesHolding(folder: string, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readOrNothing(file)).includes(text)) found.push(file);
  }
  return found;
}

/** Jobs and the runtime's cache come and go meanwhile. */
async function readOrNothing(file: string): Promise<Buffer> {
  return readFile(file).catch(() => Buffer.alloc(0));
}
