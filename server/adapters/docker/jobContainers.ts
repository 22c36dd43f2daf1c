/**
 * The containers of one server's jobs on one engine: found by a name that the
 * run determines, made at most once, and touched only where they bear the
 * server's label.
 */
import type Docker from 'dockerode';
import type { ContainerInspectInfo } from 'dockerode';
import type { CodeEntry } from '../../domain/compute/ports.ts';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';
import { pause } from '../../domain/shared/wakeup.ts';
import { noCode, packCode, packKept } from './codeArchive.ts';
import { type ContainerPlan, containerSettings, labels } from './containerSettings.ts';
import { type Engine, statusOf } from './engine.ts';
import { readRecords } from './jobRecords.ts';
import { type JobSecretTexts, jobPaths, secretsText } from './jobScript.ts';
import { putArchive } from './putArchive.ts';

export type JobContainersOptions = { readonly engine: Engine; readonly serverId: string };

export type Contents = {
  readonly secrets: JobSecretTexts;
  readonly code: () => AsyncIterable<CodeEntry>;
};

/** Somebody who makes a container is given this long before it is taken for left behind. */
const makingMs = 30_000;
const lookMs = 100;

export class JobContainers {
  readonly #engine: Engine;
  readonly #serverId: string;

  constructor({ engine, serverId }: JobContainersOptions) {
    this.#engine = engine;
    this.#serverId = serverId;
  }

  nameOf(runId: string): string {
    if (!/^[a-zA-Z0-9][\w-]{0,199}$/.test(runId)) {
      throw new DomainError('invalid-input', 'The run id is not usable.', { field: 'runId' });
    }
    return `flywheel-${this.#serverId.slice(0, 12)}-${runId}`;
  }

  /** Null where the engine is well and has none. */
  async inspect(name: string): Promise<ContainerInspectInfo | null> {
    const found = await this.#engine.askIfThere((docker, abortSignal) =>
      docker.getContainer(name).inspect({ abortSignal }),
    );
    if (found === null || found.Config.Labels?.[labels.server] === this.#serverId) return found;
    throw new DomainError('backend-unavailable', `The container ${name} on ${this.#engine.name} is not this server's.`);
  }

  async list(): Promise<readonly Docker.ContainerInfo[]> {
    const filters = { label: [`${labels.server}=${this.#serverId}`, labels.run] };
    return this.#engine.ask((docker, abortSignal) => docker.listContainers({ all: true, filters, abortSignal }));
  }

  /** False where there is one by that name already. Throws where the image is not there. */
  async create(plan: ContainerPlan): Promise<boolean> {
    try {
      await this.#engine.ask((docker) => docker.createContainer(containerSettings(plan)));
      return true;
    } catch (error) {
      if (statusOf(error) === 409) return false;
      if (statusOf(error) !== 404) throw error;
      throw new DomainError('not-found', `The image ${plan.image} is not on the Docker host ${this.#engine.name}.`, {
        field: 'environmentId',
        remedy: 'Launch again: it is then built or fetched anew.',
        cause: error,
      });
    }
  }

  /** Puts the code there and starts the command; the secrets go in last. Nothing is left when it fails. */
  async start(plan: ContainerPlan, contents: Contents): Promise<void> {
    try {
      await this.#putCode(plan, contents);
      await this.#start(plan, contents);
    } catch (error) {
      await this.remove(plan.name).catch(() => undefined);
      throw error;
    }
  }

  /** Whether the command began or will begin. What can no longer do so is removed, so that it can be made afresh. */
  async begins(name: string): Promise<boolean> {
    for (;;) {
      const outlook = await this.#outlook(name);
      if (outlook === 'begun') return true;
      if (outlook === 'never') await this.remove(name);
      if (outlook !== 'soon') return false;
      await pause(lookMs, new AbortController().signal);
    }
  }

  /** One that was never started, by a server that is no more. */
  async discardUnstarted(name: string): Promise<void> {
    if ((await this.inspect(name))?.State.Status === 'created') await this.remove(name);
  }

  async signal(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    try {
      await this.#engine.askIfThere((docker, abortSignal) => docker.getContainer(name).kill({ signal, abortSignal }));
    } catch (error) {
      // It has ended meanwhile.
      if (statusOf(error) !== 409) throw error;
    }
  }

  /** With its volume. Refused by the engine while it runs. Again is harmless. */
  async remove(name: string): Promise<void> {
    if ((await this.inspect(name)) === null) return;
    await this.#engine.askIfThere((docker) => docker.getContainer(name).remove({ v: true }));
  }

  async #outlook(name: string): Promise<'begun' | 'soon' | 'never' | 'absent'> {
    const found = await this.inspect(name);
    if (found === null) return 'absent';
    if (found.State.Status === 'created') return isLeft(found) ? 'never' : 'soon';
    if ((await readRecords(this.#engine, name)).began) return 'begun';
    return found.State.Running ? 'soon' : 'never';
  }

  async #putCode({ name, folder, volume }: ContainerPlan, { code }: Contents): Promise<void> {
    const own = { entries: code, folder };
    await putArchive(this.#engine, name, {
      path: jobPaths.volume,
      fill: (to) => packCode(to, volume === undefined ? own : noCode),
    });
    if (volume === undefined || (await this.#isMade(name))) return;
    await putArchive(this.#engine, name, { path: jobPaths.kept, fill: (to) => packKept(to, own) });
  }

  /** Whether the volume that outlives the job has its code: one that was cut off is filled again. */
  async #isMade(name: string): Promise<boolean> {
    const path = `${jobPaths.kept}/${jobPaths.made}`;
    return (await this.#engine.askIfThere((docker) => docker.getContainer(name).infoArchive({ path }))) !== null;
  }

  async #start({ name, image, lastLine }: ContainerPlan, { secrets }: Contents): Promise<void> {
    const input = await this.#engine.stream((docker) =>
      docker.getContainer(name).attach({ stream: true, stdin: true, hijack: true }),
    );
    input.on('error', () => undefined);
    try {
      await this.#engine.stream((docker) => docker.getContainer(name).start());
    } catch (error) {
      input.end();
      if (!/executable file not found|no such file or directory/i.test(messageOf(error))) throw error;
      throw new DomainError('invalid-input', `The image ${image} has no /bin/sh, which jobs are started with.`, {
        field: 'environmentId',
        remedy: 'Choose an image with a shell.',
        cause: error,
      });
    }
    await new Promise<void>((resolve) => input.end(secretsText(secrets, lastLine), () => resolve()));
  }
}

function isLeft({ Created }: ContainerInspectInfo): boolean {
  return Date.now() - Date.parse(Created) > makingMs;
}
