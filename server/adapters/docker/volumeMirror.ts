/**
 * A folder of this machine that follows the work folder of a volume: what is
 * to be saved of it, and of that only what was changed travels. What comes is
 * foreign: nothing is written but what was asked for, and nothing through a
 * link. The folder can be lost at any time; then everything travels again.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { IgnoreRules } from '../../../client/snapshot/ignoreRules.ts';
import { alwaysOut } from '../../../client/snapshot/listWorkTree.ts';
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { ByteReader } from './byteReader.ts';
import type { EngineStream } from './engineStream.ts';
import { MirrorFolder } from './mirrorFolder.ts';
import { type ListedFile, listedFile } from './volumeListing.ts';

/** As many as a save takes at most, and those that its ignore files leave out. */
const mostListed = 2_000_000;
/** A file that no save takes need not travel. */
const longestFile = 100 * 2 ** 20;
const mostBytes = 4 * 2 ** 30;

type Rules = { readonly path: string; readonly text: Buffer };
type Listing = {
  readonly tracked: ReadonlySet<string>;
  readonly rules: readonly Rules[];
  readonly packages: readonly string[];
  readonly files: readonly ListedFile[];
};

/** Where everything of it lies: `work`, `home`, and what is known of the files. */
export async function updateMirror(folder: string, stream: EngineStream): Promise<void> {
  const reader = new ByteReader(stream);
  const listing = await readListing(reader, stream);
  const work = new MirrorFolder(join(folder, 'work'));
  await work.make();
  const known = await knownIn(folder);
  await writeRules(work, listing, known);
  await writePackages(join(folder, 'home'), listing.packages);
  const wanted = await wantedOf(join(folder, 'work'), listing);
  requireRoom(wanted);
  const changed = wanted.filter(({ path, stamp }) => known.get(path) !== stamp);
  // Of what was cut off nobody knows how far it came.
  await rm(indexOf(folder), { force: true });
  const stamps = new Map(wanted.map(({ path, stamp }) => [path, stamp]));
  const came = await fetchFiles(work, { stream, reader, changed });
  await work.keepOnly(stamps);
  for (const { path } of changed) if (!came.has(path)) stamps.delete(path);
  await keep(folder, stamps);
}

async function readListing(reader: ByteReader, stream: EngineStream): Promise<Listing> {
  let tracked: ReadonlySet<string> = new Set();
  const rules: Rules[] = [];
  const packages: string[] = [];
  const readers: Readonly<Record<string, (rest: string) => unknown>> = {
    code: async (bytes) => {
      tracked = new Set(String(await reader.bytes(Number(bytes))).split('\n'));
    },
    rules: async (rest) => rules.push(...(await ruleFile(reader, rest))),
    home: (path) => packages.push(path),
    lacks: (tool) => {
      throw failed(`the image of its environment has no ${tool}`);
    },
  };
  for (;;) {
    const text = await reader.line();
    if (text === 'files') return { tracked, rules, packages, files: await readFiles(reader, stream) };
    const [, kind = '', rest = ''] = /^(code|rules|home|lacks) (.*)$/.exec(text ?? '') ?? [];
    const read = readers[kind];
    if (read === undefined) throw failed(stream.told);
    await read(rest);
  }
}

async function ruleFile(reader: ByteReader, text: string): Promise<readonly Rules[]> {
  const [, size = '0', path = ''] = /^(\d{1,5}) \.\/(.*)$/.exec(text) ?? [];
  const content = (await reader.bytes(Number(size))) ?? Buffer.alloc(0);
  await reader.line();
  return isSafeRelativePath(path) && path !== '' ? [{ path, text: content }] : [];
}

async function readFiles(reader: ByteReader, stream: EngineStream): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  for (;;) {
    const text = await reader.line();
    if (text === null) throw failed(stream.told);
    if (text === 'end') return files;
    const file = listedFile(text);
    if (file !== null && isSafeRelativePath(file.path)) files.push(file);
    if (files.length > mostListed) throw tooMuch(`The folder has more than ${mostListed} files.`);
  }
}

/** Before all else: they say what is to come. */
async function writeRules(work: MirrorFolder, { rules }: Listing, known: ReadonlyMap<string, string>): Promise<void> {
  const before = [...known.keys()].filter((path) => /(^|\/)\.(git|flywheel)ignore$/.test(path));
  for (const path of before) await work.remove(path);
  for (const { path, text } of rules) await work.writeFile(path, Readable.from([text]), 0o644);
}

/** As a snapshot is taken of a folder: what is ignored is left out, unless it was there with the code. */
async function wantedOf(root: string, { files, tracked }: Listing): Promise<readonly ListedFile[]> {
  const ignored = new IgnoreRules({ root, fileName: '.gitignore', weakest: alwaysOut });
  const unwanted = new IgnoreRules({ root, fileName: '.flywheelignore', weakest: '' });
  const known = new Map<string, Promise<boolean>>();
  const isOut = (path: string, rules: readonly IgnoreRules[]): Promise<boolean> => {
    const key = `${rules.length} ${path}`;
    const answer = known.get(key) ?? look(path, rules);
    known.set(key, answer);
    return answer;
  };
  const look = async (path: string, rules: readonly IgnoreRules[]): Promise<boolean> => {
    const folder = dirname(path);
    if (folder !== '.' && (await isOut(`${folder}/`, rules))) return true;
    for (const each of rules) if (await each.ignores(path)) return true;
    return false;
  };
  const wanted: ListedFile[] = [];
  for (const file of files) {
    const rules = tracked.has(file.path) ? [unwanted] : [unwanted, ignored];
    if (!(await isOut(file.path, rules))) wanted.push(file);
  }
  return wanted;
}

function requireRoom(wanted: readonly ListedFile[]): void {
  const taken = wanted.filter(({ bytes }) => bytes <= longestFile);
  const total = taken.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= mostBytes) return;
  const largest = taken.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3);
  const names = largest.map(({ path, bytes }) => `${path} (${Math.round(bytes / 2 ** 20)} MiB)`).join(', ');
  throw tooMuch(`The folder has more than 4 GiB to save. The largest: ${names}.`);
}

type Fetch = {
  readonly stream: EngineStream;
  readonly reader: ByteReader;
  readonly changed: readonly ListedFile[];
};

/** Answers what came. A file that no save takes stands there with its size alone. */
async function fetchFiles(work: MirrorFolder, { stream, reader, changed }: Fetch): Promise<ReadonlySet<string>> {
  const came = new Set<string>();
  for (const { path, bytes } of changed.filter((file) => file.bytes > longestFile)) {
    await work.writeHole(path, bytes);
    came.add(path);
  }
  const asked = new Set(changed.filter(({ path }) => !came.has(path)).map(({ path }) => path));
  const names = Buffer.from([...asked].map((path) => `./${path}\0`).join(''));
  stream.on('error', () => undefined);
  stream.write(`${names.length}\n`);
  if (asked.size === 0) return came;
  stream.write(names);
  // Several archives read as one.
  const archive = extract();
  const source = Readable.from(reader.remaining());
  source.on('error', (error) => archive.destroy(error));
  source.pipe(archive);
  for await (const entry of archive) {
    const path = entry.header.name.replace(/^\.\//, '');
    if (asked.has(path) && (await takeEntry(work, { ...entry.header, path }, entry))) came.add(path);
    entry.resume();
  }
  return came;
}

type Header = {
  readonly path: string;
  readonly type?: string | null | undefined;
  readonly size?: number | undefined;
  readonly mode?: number | undefined;
  readonly linkname?: string | null | undefined;
};

async function takeEntry(work: MirrorFolder, header: Header, content: Readable): Promise<boolean> {
  const { path, type, size = 0, mode = 0, linkname } = header;
  if (type === 'file' && size <= longestFile) await work.writeFile(path, content, mode & 0o100 ? 0o755 : 0o644);
  else if (type === 'symlink' && linkname) await work.writeLink(path, linkname);
  // A second name of a file that came before.
  else if (type === 'link' && linkname) return work.copyFile(linkname.replace(/^\.\//, ''), path);
  else return false;
  return true;
}

/** The names alone: they tell what pip installed. */
async function writePackages(home: string, packages: readonly string[]): Promise<void> {
  await rm(home, { recursive: true, force: true });
  for (const path of packages) {
    const [, inside = ''] = /\/home\/(venv\/lib\/.*)$/.exec(path) ?? [];
    if (inside !== '' && isSafeRelativePath(inside)) await mkdir(join(home, inside), { recursive: true, mode: 0o700 });
  }
}

function indexOf(folder: string): string {
  return join(folder, 'files.json');
}

async function knownIn(folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map(JSON.parse(await readFile(indexOf(folder), 'utf8')) as [string, string][]);
  } catch {
    return new Map();
  }
}

async function keep(folder: string, stamps: ReadonlyMap<string, string>): Promise<void> {
  const draft = `${indexOf(folder)}.new`;
  await writeFile(draft, JSON.stringify([...stamps]), { mode: 0o600 });
  await rename(draft, indexOf(folder));
}

function failed(why: string): DomainError {
  const text = why.trim().split('\n').at(-1) || 'its engine ended the look into it';
  return new DomainError('backend-unavailable', `The folder cannot be read: ${text}.`, {
    remedy: 'It is read with find, stat, xargs and tar: the image of the environment needs them.',
  });
}

function tooMuch(text: string): DomainError {
  return new DomainError('too-large', text, { remedy: 'Leave data out by lines in .gitignore or .flywheelignore.' });
}
