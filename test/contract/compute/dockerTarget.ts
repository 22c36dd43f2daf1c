/** The Docker backend on an engine of its own. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DockerBackend, type DockerBackendOptions } from '../../../server/adapters/docker/dockerBackend.ts';
import { Relay } from '../../../server/adapters/docker/relay.ts';
import { type DockerEngine, dockerEngine, type EngineOptions } from '../../harness/dockerEngine.ts';
import type { BaseImage } from '../../harness/dockerImages.ts';
import { filesHolding } from '../../harness/folderContents.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import type { ComputeTarget, OpenTarget } from './computeTarget.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export type OpenDockerTarget = Omit<OpenTarget, 'backend' | 'restart'> & {
  readonly backend: DockerBackend;
  restart(options?: Partial<DockerBackendOptions>): DockerBackend;
  readonly engine: DockerEngine;
  readonly options: DockerBackendOptions;
};

/** The reason in words when there can be none here. */
export async function openDocker(
  images: readonly BaseImage[],
  engineOptions: EngineOptions = {},
): Promise<OpenDockerTarget | string> {
  const engine = await dockerEngine(engineOptions);
  if (typeof engine === 'string') return engine;
  for (const image of images) {
    const problem = await engine.load(image);
    if (problem === null) continue;
    await engine[Symbol.asyncDispose]();
    return problem;
  }
  const folder = await temporaryFolder();
  const relay = new Relay(() => ({ host: '127.0.0.1', port: 1 }));
  const options: DockerBackendOptions = {
    id: 'docker',
    name: 'test',
    address: { kind: 'local', socket: engine.socket },
    serverId: randomUUID(),
    image: `flywheel-test/${images[0]}`,
    serverUrl: null,
    relay,
    diskQuota: false,
    logLimitMiB: 8,
    marksFolder: join(folder.path, 'marks'),
    mirrorsFolder: join(folder.path, 'mirrors'),
    log: silent,
  };
  const opened: DockerBackend[] = [];
  const restart = (other: Partial<DockerBackendOptions> = {}) => {
    const backend = new DockerBackend({ ...options, ...other });
    opened.push(backend);
    return backend;
  };
  const close = async () => {
    for (const backend of opened) backend[Symbol.dispose]();
    relay[Symbol.dispose]();
    await engine[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  const traces = async () => {
    const [containers, volumes] = await Promise.all([
      engine.docker.listContainers({ all: true }),
      engine.docker.listVolumes(),
    ]);
    return [...containers.flatMap(({ Names }) => Names), ...(volumes.Volumes ?? []).map(({ Name }) => Name)].sort();
  };
  const placesOf = async (text: string) => {
    const containers = await engine.docker.listContainers({ all: true });
    const shown = await Promise.all(containers.map(({ Id }) => engine.docker.getContainer(Id).inspect()));
    const files = await filesHolding(engine.folder, text);
    return [...files, ...(JSON.stringify(shown).includes(text) ? ['docker inspect'] : [])];
  };
  return { backend: restart(), restart, scratch: null, engine, options, traces, placesOf, close };
}

export function dockerTarget(images: readonly BaseImage[]): ComputeTarget {
  return { name: `the Docker backend (${images[0]})`, countsDropped: false, open: () => openDocker(images) };
}
