/**
 * Programs of the server's machine on one engine: each in a volume that is
 * filled once, whatever the image, and that jobs have read-only. Older versions
 * go when nothing has them any more.
 */
import { createHash } from 'node:crypto';
import type { JobSpec } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { type BroughtProgram, labels } from './containerSettings.ts';
import { type Engine, statusOf } from './engine.ts';
import { holdVolume } from './heldVolume.ts';
import { jobPaths } from './jobScript.ts';
import { packProgram, programFiles, starter, versionOf } from './programFiles.ts';
import { putArchive } from './putArchive.ts';

/** As engines name what Node names otherwise. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export class JobPrograms {
  readonly #engine: Engine;
  readonly #serverId: string;
  readonly #bringing = new Map<string, Promise<void>>();

  constructor(engine: Engine, serverId: string) {
    this.#engine = engine;
    this.#serverId = serverId;
  }

  async bring(programs: NonNullable<JobSpec['programs']>): Promise<readonly BroughtProgram[]> {
    const brought: BroughtProgram[] = [];
    for (const [index, { variable, file }] of programs.entries()) {
      const folder = `/opt/flywheel/program-${index}`;
      brought.push({ variable, folder, volume: await this.#bring(file), path: `${folder}/${starter}` });
    }
    return brought;
  }

  async #bring(file: string): Promise<string> {
    const program = await programFiles(file);
    const version = createHash('sha256')
      .update(await versionOf(program))
      .digest('hex')
      .slice(0, 16);
    const volume = `flywheel-${this.#serverId.slice(0, 12)}-program-${version}`;
    const there = await this.#engine.askIfThere((docker) => docker.getVolume(volume).inspect());
    if (there === null) this.#bringing.delete(volume);
    const bringing = this.#bringing.get(volume) ?? this.#fill(volume, program);
    this.#bringing.set(volume, bringing);
    try {
      await bringing;
    } catch (error) {
      this.#bringing.delete(volume);
      throw error;
    }
    return volume;
  }

  async #fill(name: string, program: Awaited<ReturnType<typeof programFiles>>): Promise<void> {
    const [engine, serverId] = [this.#engine, this.#serverId];
    await this.#requireAlike(program.entry);
    await using held = await holdVolume({ engine, serverId, name, labels: { [labels.program]: 'yes' } });
    if (await held.isWhole()) return;
    await putArchive(engine, held.container, {
      path: jobPaths.kept,
      fill: async (archive) => {
        await packProgram(archive, program);
        archive.entry({ name: jobPaths.made, mode: 0o644 }, 'whole\n');
        archive.finalize();
      },
    });
    await this.#dropOthers(name);
  }

  async #requireAlike(entry: string): Promise<void> {
    const { Arch, Os } = await this.#engine.ask((docker) => docker.version());
    if (Os === 'linux' && process.platform === 'linux' && Arch === architectures[process.arch]) return;
    throw new DomainError(
      'invalid-input',
      `${entry} of this server does not run on the Docker host ${this.#engine.name}.`,
      {
        remedy: 'It is another kind of machine: put the program into the image of the environment.',
      },
    );
  }

  async #dropOthers(name: string): Promise<void> {
    const filters = JSON.stringify({ label: [`${labels.server}=${this.#serverId}`, labels.program] });
    const { Volumes } = await this.#engine.ask((docker) => docker.listVolumes({ filters: filters as never }));
    for (const other of (Volumes ?? []).filter(({ Name }) => Name !== name)) {
      try {
        await this.#engine.askIfThere((docker) => docker.getVolume(other.Name).remove());
      } catch (error) {
        // Something has it still.
        if (statusOf(error) !== 409) throw error;
      }
    }
  }
}
