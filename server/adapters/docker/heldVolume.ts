/** A volume in a container that is never started: there to be packed and unpacked by the engine alone, so it needs no tool. */
import { randomUUID } from 'node:crypto';
import { DomainError } from '../../domain/shared/errors.ts';
import { labels } from './containerSettings.ts';
import type { Engine } from './engine.ts';
import { jobPaths } from './jobScript.ts';

export type VolumePlace = {
  readonly engine: Engine;
  readonly serverId: string;
  /** The engine's name for it, and the labels with which it is made where it is not there. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
};

/** It lies under `jobPaths.kept`. */
export type HeldVolume = AsyncDisposable & { readonly container: string; isWhole(): Promise<boolean> };

export async function holdVolume({ engine, serverId, name, labels: given }: VolumePlace): Promise<HeldVolume> {
  const [image] = await engine.ask((docker) => docker.listImages());
  if (image === undefined) {
    throw new DomainError('backend-unavailable', `The Docker host ${engine.name} has no image to reach a volume with.`);
  }
  const container = `flywheel-look-${randomUUID()}`;
  const Labels = { [labels.server]: serverId, ...given };
  const options = { NoCopy: true, Labels, DriverConfig: { Name: 'local', Options: {} } };
  const settings = {
    name: container,
    Image: image.Id,
    Entrypoint: ['/never-started'],
    Labels: { [labels.server]: serverId, [labels.look]: name },
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [{ Type: 'volume' as const, Source: name, Target: jobPaths.kept, VolumeOptions: options }],
    },
  };
  await engine.ask((docker) => docker.createContainer(settings));
  const path = `${jobPaths.kept}/${jobPaths.made}`;
  return {
    container,
    isWhole: async () =>
      (await engine.askIfThere((docker) => docker.getContainer(container).infoArchive({ path }))) !== null,
    [Symbol.asyncDispose]: async () => {
      await engine.askIfThere((docker) => docker.getContainer(container).remove({ force: true, v: true }));
    },
  };
}
