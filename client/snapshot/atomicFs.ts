/**
 * The file system as isomorphic-git is given it: what it writes appears whole
 * or not at all, so that a killed launch leaves no cut-off object or ref in
 * the person's repository.
 */
import { randomUUID } from 'node:crypto';
import * as files from 'node:fs/promises';
import { dirname, join } from 'node:path';

type WriteFile = (path: string, data: string | Uint8Array, options?: object | string) => Promise<void>;

const writeFile: WriteFile = async (path, data, options) => {
  const fresh = join(dirname(path), `.flywheel-${randomUUID()}`);
  try {
    await files.writeFile(fresh, data, options as Parameters<typeof files.writeFile>[2]);
    await files.rename(fresh, path);
  } catch (error) {
    await files.rm(fresh, { force: true });
    throw error;
  }
};

export const atomicFs = { promises: { ...files, writeFile } };
