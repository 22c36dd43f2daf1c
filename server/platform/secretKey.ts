/** A random key that lives in a file of its owner alone: made once, the same at every start. */
import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';

const keyBytes = 32;

/** A file that is not a key (cut short by a full disk, say) is replaced: what it sealed is then void. */
export async function secretKey(file: string): Promise<Buffer> {
  const known = await readFile(file).catch(() => null);
  if (known?.length === keyBytes) return known;
  const fresh = `${file}.${process.pid}`;
  await rm(fresh, { force: true });
  await writeFile(fresh, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' });
  await rm(file, { force: true });
  await link(fresh, file);
  await rm(fresh);
  return readFile(file);
}
