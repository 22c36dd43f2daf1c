/** Puts what is packed meanwhile into a container, whole or with an error. */
import { type Pack, pack } from 'tar-stream';
import type { Engine } from './engine.ts';

export type Put = { readonly path: string; readonly fill: (archive: Pack) => Promise<void> };

export async function putArchive(engine: Engine, container: string, { path, fill }: Put): Promise<void> {
  const archive = pack();
  const cut = new AbortController();
  const sent = engine.stream((docker) =>
    docker.getContainer(container).putArchive(archive as unknown as NodeJS.ReadableStream, {
      path,
      abortSignal: cut.signal,
    }),
  );
  sent.catch(() => undefined);
  const packed = fill(archive);
  try {
    await Promise.race([packed, sent.then(() => packed)]);
  } catch (error) {
    cut.abort();
    archive.destroy();
    await sent.catch(() => undefined);
    throw error;
  }
  await sent;
}
