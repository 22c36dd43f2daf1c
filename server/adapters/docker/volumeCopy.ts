/**
 * Carries a volume from one engine to another, as it is: both pack and unpack
 * it in containers that are never started, so nothing in it is run and no
 * image needs a tool. What says that it is whole comes last.
 */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Headers, type Pack, pack } from 'tar-stream';
import { DomainError } from '../../domain/shared/errors.ts';
import { labels } from './containerSettings.ts';
import type { Engine } from './engine.ts';
import { jobPaths } from './jobScript.ts';
import { readArchive } from './readArchive.ts';

/** A volume's place on an engine. */
export type Side = {
  readonly engine: Engine;
  readonly serverId: string;
  readonly volume: string;
  readonly name: string;
};

/** False where what is there is not whole. */
export async function carryVolume(from: Side, to: Side): Promise<boolean> {
  await using source = await hold(from);
  await using target = await hold(to);
  const archive = pack();
  const cut = new AbortController();
  const unpacked = to.engine.stream((docker) =>
    docker.getContainer(target.container).putArchive(archive as unknown as NodeJS.ReadableStream, {
      path: jobPaths.kept,
      abortSignal: cut.signal,
    }),
  );
  unpacked.catch(() => undefined);
  const packed = repack(archive, readArchive(from.engine, source.container, jobPaths.kept));
  try {
    const isWhole = await Promise.race([packed, unpacked.then(() => packed)]);
    await unpacked;
    return isWhole;
  } catch (error) {
    cut.abort();
    archive.destroy();
    throw error;
  }
}

type Entry = { readonly header: Headers; readonly content: AsyncIterable<Uint8Array> };

async function repack(archive: Pack, entries: AsyncIterable<Entry>): Promise<boolean> {
  let made: Buffer | null = null;
  for await (const { header, content } of entries) {
    const name = inside(header.name);
    if (name === jobPaths.made) made = await buffer(content as AsyncIterable<Buffer>);
    else if (name !== '') await addEntry(archive, { header, name, content });
  }
  if (made !== null) archive.entry({ name: jobPaths.made, mode: 0o644 }, made);
  archive.finalize();
  return made !== null;
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

async function hold({
  engine,
  serverId,
  volume,
  name,
}: Side): Promise<AsyncDisposable & { readonly container: string }> {
  const [image] = await engine.ask((docker) => docker.listImages());
  if (image === undefined) {
    throw new DomainError('backend-unavailable', `The Docker host ${engine.name} has no image to move a folder with.`);
  }
  const container = `flywheel-look-${randomUUID()}`;
  const given = { [labels.server]: serverId, [labels.volume]: volume };
  const mount = { Type: 'volume' as const, Source: name, Target: jobPaths.kept };
  const settings = {
    name: container,
    Image: image.Id,
    Entrypoint: ['/never-started'],
    Labels: { [labels.server]: serverId, [labels.look]: name },
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [
        { ...mount, VolumeOptions: { NoCopy: true, Labels: given, DriverConfig: { Name: 'local', Options: {} } } },
      ],
    },
  };
  await engine.ask((docker) => docker.createContainer(settings));
  const remove = () => engine.askIfThere((docker) => docker.getContainer(container).remove({ force: true, v: true }));
  return { container, [Symbol.asyncDispose]: async () => void (await remove()) };
}
