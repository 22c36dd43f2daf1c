/**
 * Takes a pack into a repository. It lies in a quarantine folder of its own
 * until every object was checked and everything that it names is there; a bad
 * one leaves nothing. What the repository has is therefore always whole.
 */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceiveReport } from '../../domain/code/ports.ts';
import { GitObjects, type RawObject, referencesOf } from './gitObjects.ts';
import { library } from './library.ts';
import { ObjectIds } from './objectIds.ts';
import { BadPack, scanPack } from './packScan.ts';

/** Small packs become single files, as Git does it: many packs make every later read slow. */
const looseUpTo = 2_000;

export type PackIntake = {
  readonly gitDir: string;
  readonly pack: AsyncIterable<Uint8Array>;
  /** These must be there in the end. */
  readonly tips: readonly string[];
  /** Runs the costly part, one pack at a time. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
};

export type Received = Pick<ReceiveReport, 'lfsPointers'>;

/** Throws `BadPack` with a line for the client. */
export async function receivePack(intake: PackIntake): Promise<Received> {
  const quarantine = join(intake.gitDir, 'incoming', randomUUID());
  const folder = join(quarantine, 'objects', 'pack');
  await mkdir(folder, { recursive: true });
  try {
    const file = join(folder, 'incoming.pack');
    await save(intake.pack, file);
    return await intake.exclusively(() => check({ ...intake, quarantine }));
  } finally {
    await rm(quarantine, { recursive: true, force: true });
  }
}

/** What a killed server left. */
export async function emptyQuarantine(gitDir: string): Promise<void> {
  await rm(join(gitDir, 'incoming'), { recursive: true, force: true });
}

async function save(pack: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'wx');
    for await (const piece of pack) await file.appendFile(piece);
    await file.sync();
  } finally {
    await file?.close();
  }
}

type Checked = PackIntake & { readonly quarantine: string };

async function check(intake: Checked): Promise<Received> {
  const { quarantine, gitDir } = intake;
  const file = join(quarantine, 'objects', 'pack', 'incoming.pack');
  const count = await scanPack(await readFile(file));
  const ids = await indexPack(quarantine, count);
  const objects = new GitObjects(quarantine);
  const present = new ObjectIds(gitDir);
  const incoming = new Set(ids);
  const isThere = async (id: string) => incoming.has(id) || (await present.has(id));
  let lfsPointers = 0;
  for (const id of ids) if (isLfsPointer(await checkObject(objects, id, isThere))) lfsPointers += 1;
  for (const tip of intake.tips)
    if (!(await isThere(tip))) throw new BadPack('the pack lacks what a ref is to point to');
  if (count <= looseUpTo) await moveLoose(objects, intake, ids);
  else await movePack(intake);
  return { lfsPointers };
}

async function indexPack(quarantine: string, count: number): Promise<readonly string[]> {
  if (count === 0) return [];
  const git = await library();
  const { oids } = await git
    .indexPack({ fs, dir: quarantine, gitdir: quarantine, filepath: 'objects/pack/incoming.pack', cache: {} })
    .catch((error: unknown) => {
      throw new BadPack('the pack cannot be read', { cause: error });
    });
  // The library passes over what it cannot resolve, such as a delta whose base is not in the pack.
  if (oids.length !== count) throw new BadPack('some objects of the pack cannot be read');
  return oids;
}

async function checkObject(objects: GitObjects, id: string, isThere: (id: string) => Promise<boolean>) {
  const { object, named } = await objects
    .raw(id)
    .then((raw) => ({ object: raw, named: referencesOf(raw) }))
    .catch((error: Error) => {
      throw new BadPack(`object ${id} is not valid: ${error.message}`, { cause: error });
    });
  for (const other of named) {
    if (!(await isThere(other))) throw new BadPack(`the pack lacks object ${other}, which ${id} names`);
  }
  return object;
}

/** As the specification of Git LFS has it: a text of less than 1024 bytes that begins with its version. */
function isLfsPointer({ type, content }: RawObject): boolean {
  if (type !== 'blob' || content.length >= 1024) return false;
  return lfsVersion.equals(content.subarray(0, lfsVersion.length));
}

const lfsVersion = Buffer.from('version https://git-lfs.github.com/spec/');

async function moveLoose(objects: GitObjects, { quarantine, gitDir }: Checked, ids: readonly string[]): Promise<void> {
  const staged = join(quarantine, 'loose');
  for (const id of ids) {
    const { type, content } = await objects.raw(id);
    const git = await library();
    await git.writeObject({ fs, gitdir: staged, type, object: content, format: 'content' });
  }
  for (const folder of await readdir(join(staged, 'objects')).catch(() => [])) {
    await mkdir(join(gitDir, 'objects', folder), { recursive: true });
    for (const name of await readdir(join(staged, 'objects', folder))) {
      await rename(join(staged, 'objects', folder, name), join(gitDir, 'objects', folder, name));
    }
  }
}

/** The index last: a pack without one is not looked at. */
async function movePack({ quarantine, gitDir }: Checked): Promise<void> {
  const from = join(quarantine, 'objects', 'pack', 'incoming');
  const bytes = await readFile(`${from}.pack`);
  const to = join(gitDir, 'objects', 'pack', `pack-${bytes.subarray(-20).toString('hex')}`);
  await mkdir(join(gitDir, 'objects', 'pack'), { recursive: true });
  await rename(`${from}.pack`, `${to}.pack`);
  await rename(`${from}.idx`, `${to}.idx`);
}
