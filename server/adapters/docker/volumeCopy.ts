/** Carries a volume from one engine to another, as it is. What says that it is whole comes last. */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Headers, Pack } from 'tar-stream';
import { holdVolume, type VolumePlace } from './heldVolume.ts';
import { jobPaths } from './jobScript.ts';
import { putArchive } from './putArchive.ts';
import { readArchive } from './readArchive.ts';

/** False where what is there is not whole. */
export async function carryVolume(from: VolumePlace, to: VolumePlace): Promise<boolean> {
  await using source = await holdVolume(from);
  await using target = await holdVolume(to);
  if (!(await source.isWhole())) return false;
  const entries = readArchive(from.engine, source.container, jobPaths.kept);
  await putArchive(to.engine, target.container, { path: jobPaths.kept, fill: (archive) => repack(archive, entries) });
  return true;
}

type Entry = { readonly header: Headers; readonly content: AsyncIterable<Uint8Array> };

async function repack(archive: Pack, entries: AsyncIterable<Entry>): Promise<void> {
  let made: Buffer | null = null;
  for await (const { header, content } of entries) {
    const name = inside(header.name);
    if (name === jobPaths.made) made = await buffer(content as AsyncIterable<Buffer>);
    else if (name !== '') await addEntry(archive, { header, name, content });
  }
  if (made !== null) archive.entry({ name: jobPaths.made, mode: 0o644 }, made);
  archive.finalize();
}

async function addEntry(archive: Pack, { header, name, content }: Entry & { readonly name: string }): Promise<void> {
  const linkname = header.type === 'link' ? inside(header.linkname ?? '') : (header.linkname ?? null);
  // Names that were too long for the old one are told anew.
  const fresh = { ...header, name, linkname, pax: null } as unknown as Headers;
  if (header.type === 'file') return pipeline(content as unknown as Readable, archive.entry(fresh));
  return new Promise((resolve, reject) => {
    archive.entry(fresh, (error?: Error | null) => (error ? reject(error) : resolve()));
  });
}

/** Without the name of the volume's own folder, which the engine packs with it. */
function inside(name: string): string {
  return name.split('/').slice(1).join('/').replace(/\/$/, '');
}
