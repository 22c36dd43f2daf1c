/**
 * A Docker engine of the tests' own: its socket, data and processes live in a
 * temporary folder and go with it. It never speaks to an engine that it did
 * not start. What the machine lacks is a reason to skip.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { type BaseImage, baseImage } from './dockerImages.ts';

const run = promisify(execFile);

export type DockerEngine = AsyncDisposable & {
  readonly socket: string;
  /** Holds all that it keeps. */
  readonly folder: string;
  /** The tests' own hand on it, beside the adapter's. */
  readonly docker: Docker;
  /** `kill -9`, and until it is gone. Containers are left to themselves. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Accepts connections and answers none, until it is thawed. */
  freeze(): void;
  thaw(): void;
  /** Puts a base image there under `flywheel-test/<name>`; the reason where that cannot be. */
  load(image: BaseImage): Promise<string | null>;
};

export type EngineOptions = {
  readonly liveRestore?: boolean;
  /** As NVIDIA-GPU=GPU-0. */
  readonly resources?: readonly string[];
};

const dockerd = '/usr/sbin/dockerd';
const startDeadlineMs = 60_000;

/** The reason in words when there can be none here. */
export async function dockerEngine(options: EngineOptions = {}): Promise<DockerEngine | string> {
  if (!existsSync(dockerd)) return 'Docker (docker.io) is not installed';
  if (process.getuid?.() !== 0) return 'only root can start a Docker engine';
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-docker-'));
  const engine = new OwnEngine(folder, options);
  try {
    await engine.start();
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    return `the Docker engine does not start: ${error instanceof Error ? error.message : String(error)}`;
  }
}

class OwnEngine implements DockerEngine {
  readonly socket: string;
  readonly docker: Docker;
  readonly folder: string;
  readonly #options: EngineOptions;
  readonly #subnet = `10.${100 + Math.floor(Math.random() * 100)}.${Math.floor(Math.random() * 16) * 16}.0/20`;
  #child: ChildProcess | null = null;

  constructor(folder: string, options: EngineOptions) {
    this.folder = folder;
    this.#options = options;
    this.socket = join(folder, 'docker.sock');
    this.docker = new Docker({ socketPath: this.socket });
  }

  async start(): Promise<void> {
    const log = await open(join(this.folder, 'dockerd.log'), 'a');
    const child = spawn(dockerd, this.#arguments(), { stdio: ['ignore', log.fd, log.fd] });
    this.#child = child;
    await log.close();
    const late = Date.now() + startDeadlineMs;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || Date.now() > late) {
        throw new Error((await readFile(join(this.folder, 'dockerd.log'), 'utf8')).trim().split('\n').at(-1));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#gone();
    // Its helper dies with it. Where nobody collects the dead, the next engine would take it for alive and wait.
    await this.#endContainerd();
    await rm(join(this.folder, 'exec/containerd/containerd.pid'), { force: true });
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async load(image: BaseImage): Promise<string | null> {
    const file = await baseImage(image);
    if (typeof file === 'string') return file;
    const stream = await this.docker.importImage(createReadStream(file.path), {
      repo: `flywheel-test/${image}`,
      tag: 'latest',
    });
    await new Promise((resolve, reject) => {
      this.docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve(null)));
    });
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    if (!(await this.#answers())) await this.start().catch(() => undefined);
    await this.#clear().catch(() => undefined);
    this.#child?.kill('SIGTERM');
    await this.#gone();
    await this.#endContainerd();
    await this.#unmount();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #arguments(): readonly string[] {
    const at = (name: string) => join(this.folder, name);
    return [
      ...['--host', `unix://${this.socket}`, '--data-root', at('data'), '--exec-root', at('exec')],
      ...['--pidfile', at('docker.pid'), '--bridge', 'none', '--log-level', 'warn'],
      // Its own addresses, so that engines on one machine stay apart.
      ...['--default-address-pool', `base=${this.#subnet},size=24`],
      ...(this.#options.liveRestore ? ['--live-restore'] : []),
      ...(this.#options.resources ?? []).flatMap((resource) => ['--node-generic-resource', resource]),
    ];
  }

  async #answers(): Promise<boolean> {
    if (!existsSync(this.socket)) return false;
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false).unref());
    const answer = this.docker.ping().then(
      () => true,
      () => false,
    );
    return Promise.race([answer, late]);
  }

  async #clear(): Promise<void> {
    for (const { Id } of await this.docker.listContainers({ all: true })) {
      await this.docker.getContainer(Id).remove({ force: true, v: true });
    }
    await this.docker.pruneNetworks();
  }

  async #gone(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** A killed engine leaves its helper running. */
  async #endContainerd(): Promise<void> {
    const pid = Number(await readFile(join(this.folder, 'exec/containerd/containerd.pid'), 'utf8').catch(() => ''));
    if (!pid) return;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(this.folder)) process.kill(pid, 'SIGKILL');
  }

  async #unmount(): Promise<void> {
    const mounts = await readFile('/proc/mounts', 'utf8');
    const own = mounts
      .split('\n')
      .flatMap((line) => line.split(' ')[1] ?? [])
      .filter((path) => path.startsWith(this.folder));
    for (const path of own.reverse()) await run('umount', ['--lazy', path]).catch(() => undefined);
  }
}
