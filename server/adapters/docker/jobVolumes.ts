/**
 * Volumes that outlive their jobs, on one engine: named by their id, made with
 * the first job that has one, looked into by containers that have it read-only
 * and no network, and removed only where they bear the server's label.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenVolume } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { Turns } from '../../domain/shared/turns.ts';
import { labels } from './containerSettings.ts';
import { type Engine, statusOf } from './engine.ts';
import { EngineStream } from './engineStream.ts';
import type { VolumePlace } from './heldVolume.ts';
import { jobPaths, jobUser } from './jobScript.ts';
import { carryVolume } from './volumeCopy.ts';
import { listingScript } from './volumeListing.ts';
import { updateMirror } from './volumeMirror.ts';

export type JobVolumesOptions = {
  readonly engine: Engine;
  readonly serverId: string;
  /** Where their files are held for as long as they are read, and to know next time what is new. */
  readonly mirrors: string;
};

/** Whoever sits on the way must not hold up a save for ever. */
const longestSilenceMs = 120_000;
/** An engine is at work on what has just ended for a moment longer, and refuses what comes meanwhile. Milliseconds. */
const settling = [100, 400, 1000, 2000];

export class JobVolumes {
  readonly #options: JobVolumesOptions;
  /** A mirror is read by one at a time. */
  readonly #turns = new Map<string, Turns>();

  constructor(options: JobVolumesOptions) {
    this.#options = options;
  }

  nameOf(volume: string): string {
    if (/^[0-9a-f]{8,64}$/.test(volume)) return `flywheel-${this.#options.serverId.slice(0, 12)}-kept-${volume}`;
    throw new DomainError('invalid-input', 'The id of the volume is not usable.');
  }

  /** Null where the engine is well and has none. */
  async open(volume: string, image: () => Promise<string>): Promise<OpenVolume | null> {
    const name = this.nameOf(volume);
    if (!(await this.has(name))) return null;
    const folder = join(this.#options.mirrors, volume);
    const opened = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const turns = this.#turns.get(volume) ?? new Turns();
    this.#turns.set(volume, turns);
    const turn = turns.run(async () => {
      await this.#update(folder, { name, image: await image() });
      opened.resolve();
      await done.promise;
    });
    await Promise.race([opened.promise, turn]);
    return {
      work: join(folder, 'work'),
      home: join(folder, 'home'),
      [Symbol.asyncDispose]: async () => done.resolve(),
    };
  }

  /** For good. Again is harmless. */
  async remove(volume: string): Promise<void> {
    const name = this.nameOf(volume);
    await rm(join(this.#options.mirrors, volume), { recursive: true, force: true });
    if (!(await this.has(name))) return;
    for (const wait of settling) {
      if (await this.#removeNow(name)) return;
      await delay(wait);
    }
    if (await this.#removeNow(name)) return;
    throw new DomainError('wrong-state', `The volume is in use on the Docker host ${this.#options.engine.name}.`, {
      remedy: 'Stop what uses it first.',
    });
  }

  /** False while something has it. */
  async #removeNow(name: string): Promise<boolean> {
    const { engine, serverId } = this.#options;
    const filters = { volume: [name], label: [`${labels.server}=${serverId}`] };
    const users = await engine.ask((docker) => docker.listContainers({ all: true, filters }));
    try {
      for (const { Id, Labels } of users) {
        // Jobs only where they have ended; looks that a server left behind in any case.
        const options = { force: Labels[labels.look] !== undefined, v: true };
        await engine.askIfThere((docker) => docker.getContainer(Id).remove(options));
      }
      await engine.askIfThere((docker) => docker.getVolume(name).remove());
      return true;
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      return false;
    }
  }

  /** False where the other has none. Nothing of one that did not come whole is left. */
  async copy(volume: string, from: JobVolumes): Promise<boolean> {
    const source = from.#placeOf(volume);
    if (from === this || !(await from.has(source.name))) return false;
    try {
      if (await carryVolume(source, this.#placeOf(volume))) return true;
    } catch (error) {
      await this.remove(volume).catch(() => undefined);
      throw error;
    }
    await this.remove(volume);
    return false;
  }

  #placeOf(volume: string): VolumePlace {
    const { engine, serverId } = this.#options;
    return { engine, serverId, name: this.nameOf(volume), labels: { [labels.volume]: volume } };
  }

  async has(name: string): Promise<boolean> {
    const { engine, serverId } = this.#options;
    const found = await engine.askIfThere((docker) => docker.getVolume(name).inspect());
    if (found === null || found.Labels?.[labels.server] === serverId) return found !== null;
    throw new DomainError('backend-unavailable', `The volume ${name} on ${engine.name} is not this server's.`);
  }

  async #update(folder: string, look: { readonly name: string; readonly image: string }): Promise<void> {
    const { engine } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const container = `flywheel-look-${randomUUID()}`;
    await engine.ask((docker) => docker.createContainer(this.#settings(container, look)));
    try {
      const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
      const raw = await engine.stream((docker) => docker.getContainer(container).attach(options));
      const stream = new EngineStream(raw as never);
      stream.setTimeout(longestSilenceMs, () => stream.destroy(new Error('its engine is silent')));
      await engine.stream((docker) => docker.getContainer(container).start());
      await updateMirror(folder, stream).finally(() => stream.destroy());
    } finally {
      await engine.askIfThere((docker) => docker.getContainer(container).remove({ force: true, v: true }));
    }
  }

  #settings(name: string, look: { readonly name: string; readonly image: string }) {
    return {
      name,
      Image: look.image,
      User: `${jobUser.uid}:${jobUser.gid}`,
      Entrypoint: ['/bin/sh'],
      Cmd: ['-c', listingScript],
      WorkingDir: '/',
      Labels: { [labels.server]: this.#options.serverId, [labels.look]: look.name },
      ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false },
      HostConfig: {
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        PidsLimit: 256,
        Memory: 1024 * 1024 * 1024,
        Mounts: [{ Type: 'volume' as const, Source: look.name, Target: jobPaths.kept, ReadOnly: true }],
        LogConfig: { Type: 'none', Config: {} },
      },
    };
  }
}
