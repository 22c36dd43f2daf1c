/**
 * The folder in which a server keeps everything, held by one server at a time.
 * The hold is an exclusive SQLite transaction on `lock.db`: the operating
 * system ends it with the process, however that dies, so no stale lock exists.
 * `lock.json` only says who holds it and decides nothing.
 */
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from './startupError.ts';

export type DataFolder = {
  readonly path: string;
  /** Lets another server have it. */
  release(): void;
};

/** A lock that nobody refers to would be collected, and the folder silently given away. */
const locks = new Set<DatabaseSync>();

/** Makes the folder if it is not there. Throws a `StartupError` when it cannot be had. */
export function holdDataFolder(path: string): DataFolder {
  prepare(path);
  const lock = acquire(path);
  locks.add(lock);
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  writeFileSync(join(path, 'lock.json'), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return { path, release: () => release(lock) };
}

function release(lock: DatabaseSync): void {
  locks.delete(lock);
  if (lock.isOpen) lock.close();
}

function prepare(path: string): void {
  try {
    makeFolder(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    // It holds tokens, code and results: nobody else on the machine reads it, also where it was made by hand.
    chmodSync(path, 0o700);
  } catch (error) {
    throw new StartupError(
      `The data folder ${path} cannot be written: ${reasonOf(error)}`,
      'Give this user the folder, or name another with --data or FLYWHEEL_DATA',
      error,
    );
  }
}

/** One level at a time: Node's own recursion never ends where a folder is listed but refuses to be made in, as /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another server that starts now may have made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function acquire(path: string): DatabaseSync {
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(join(path, 'lock.db'), { timeout: 0 });
    lock.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    throw isBusy(error) ? heldByAnother(path) : unusable(path, error);
  }
}

/** SQLITE_BUSY and SQLITE_LOCKED. */
function isBusy(error: unknown): boolean {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' && [5, 6].includes(code & 0xff);
}

function heldByAnother(path: string): StartupError {
  return new StartupError(
    `The data folder ${path} is in use by another server${holderOf(path)}`,
    'Stop that server, or name another folder with --data or FLYWHEEL_DATA',
  );
}

function unusable(path: string, cause: unknown): StartupError {
  return new StartupError(
    `The data folder ${path} cannot be locked: ${reasonOf(cause)}`,
    'Check its file system and free space, or name another folder with --data or FLYWHEEL_DATA',
    cause,
  );
}

function holderOf(path: string): string {
  try {
    const holder = JSON.parse(readFileSync(join(path, 'lock.json'), 'utf8'));
    return ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
  } catch {
    return '';
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
