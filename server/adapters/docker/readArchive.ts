/** Reads what an engine packs of a container's files, one entry after another. */
import type { Readable } from 'node:stream';
import { extract, type Headers } from 'tar-stream';
import type { Engine } from './engine.ts';
import { statusOf } from './engine.ts';

export type ArchiveEntry = { readonly header: Headers; readonly content: AsyncIterable<Uint8Array> };

/** Nothing where the path is not there. Content must be read before the next entry is asked for, or is passed over. */
export async function* readArchive(engine: Engine, container: string, path: string): AsyncGenerator<ArchiveEntry> {
  const source = await openArchive(engine, container, path);
  if (source === null) return;
  const archive = extract();
  source.on('error', (error) => archive.destroy(error));
  source.pipe(archive);
  try {
    for await (const entry of archive) {
      yield { header: entry.header, content: entry };
      entry.resume();
    }
  } finally {
    source.destroy();
  }
}

async function openArchive(engine: Engine, container: string, path: string): Promise<Readable | null> {
  try {
    return (await engine.stream((docker) => docker.getContainer(container).getArchive({ path }))) as Readable;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
