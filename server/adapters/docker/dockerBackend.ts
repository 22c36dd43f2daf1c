/**
 * Jobs as containers on one Docker engine, which may be on another machine:
 * code goes in and results come out through the engine. What is known of a job
 * lies in its container; this object holds nothing that a new one could not
 * find there, but for samples of usage. A handle is the container's name.
 */
import type { Duplex } from 'node:stream';
import type { HostFacts } from '../../../protocol/model/host.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type {
  BackendProbe,
  BuildOutcome,
  CollectedFile,
  ComputeBackend,
  EnvironmentRevisionSpec,
  HostBackend,
  JobHandle,
  JobSpec,
  JobState,
  OpenVolume,
  OutputPiece,
  UsageSample,
  WatchOptions,
} from '../../domain/compute/ports.ts';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import { pause, until } from '../../domain/shared/wakeup.ts';
import { collectFiles } from './collectFiles.ts';
import { type ContainerPlan, labels } from './containerSettings.ts';
import { Engine, type EngineAddress } from './engine.ts';
import { EngineEvents } from './engineEvents.ts';
import { EngineImages } from './engineImages.ts';
import { JobContainers } from './jobContainers.ts';
import { JobEnds } from './jobEnds.ts';
import { followLog } from './jobLog.ts';
import { JobNetworks } from './jobNetworks.ts';
import { JobPlans } from './jobPlans.ts';
import { JobPorts } from './jobPorts.ts';
import { JobPrograms } from './jobPrograms.ts';
import { workFolderOf } from './jobScript.ts';
import { JobUsages } from './jobUsage.ts';
import { JobVolumes } from './jobVolumes.ts';
import { KnownFacts } from './knownFacts.ts';
import { LogMarks } from './logMarks.ts';
import type { Relay } from './relay.ts';

export type DockerBackendOptions = {
  readonly id: string;
  /** For messages. */
  readonly name: string;
  readonly address: EngineAddress;
  readonly serverId: string;
  /** Of environments that name no image. */
  readonly image: string;
  /** Where containers reach the server; null where the engine is on this machine. */
  readonly serverUrl: string | null;
  /** The way from containers of this machine to the server. */
  readonly relay: Relay;
  /** Other hosts, from which images are taken that they have built. */
  readonly peers?: () => readonly DockerBackend[];
  /** Whether the engine can hold a container to a size on disk, which it does not tell. */
  readonly diskQuota: boolean;
  /** How much output of a job the engine keeps until the server has fetched it; the older half of more is dropped. */
  readonly logLimitMiB: number;
  readonly marksFolder: string;
  /** Where files of volumes are held while they are read. */
  readonly mirrorsFolder: string;
  readonly log: Log;
  readonly deadlineMs?: number;
};

/** How often a job is looked at of which nothing is heard. */
const lookMs = 2000;

export class DockerBackend implements HostBackend, Disposable {
  readonly id: string;
  readonly #options: DockerBackendOptions;
  readonly #engine: Engine;
  readonly #containers: JobContainers;
  readonly #networks: JobNetworks;
  readonly #images: EngineImages;
  readonly #events: EngineEvents;
  readonly #usages: JobUsages;
  readonly #marks: LogMarks;
  readonly #ends: JobEnds;
  readonly #facts: KnownFacts;
  readonly #ports: JobPorts;
  readonly #volumes: JobVolumes;
  readonly #plans: JobPlans;
  readonly #submitting = new Map<string, Promise<JobHandle>>();
  #giving: Promise<unknown> = Promise.resolve();

  constructor(options: DockerBackendOptions) {
    const { id, name, address, serverId, serverUrl, relay, marksFolder, deadlineMs } = options;
    this.id = id;
    this.#options = options;
    this.#engine = new Engine({ name, address, ...(deadlineMs !== undefined && { deadlineMs }) });
    this.#containers = new JobContainers({ engine: this.#engine, serverId });
    this.#networks = new JobNetworks({ engine: this.#engine, serverId, relay, serverUrl });
    this.#images = new EngineImages({
      engine: this.#engine,
      serverId,
      image: options.image,
      networks: this.#networks,
      peers: () => options.peers?.().map((peer) => peer.#images) ?? [],
    });
    this.#events = new EngineEvents(this.#engine, serverId);
    this.#usages = new JobUsages(this.#engine);
    this.#marks = new LogMarks(marksFolder);
    this.#facts = new KnownFacts(this.#engine);
    this.#ports = new JobPorts(this.#engine, this.#containers);
    this.#volumes = new JobVolumes({ engine: this.#engine, serverId, mirrors: options.mirrorsFolder });
    this.#plans = new JobPlans({
      ...options,
      ...{ containers: this.#containers, images: this.#images, networks: this.#networks },
      ...{
        programs: new JobPrograms(this.#engine, serverId),
        volumes: this.#volumes,
        ports: this.#ports,
        facts: this.#facts,
      },
    });
    this.#ends = new JobEnds({ engine: this.#engine, containers: this.#containers, usages: this.#usages });
  }

  async probe(): Promise<BackendProbe> {
    try {
      const { cpus, memoryMiB } = await this.facts();
      return { available: true, problem: null, cpus, memoryMiB };
    } catch (error) {
      return { available: false, problem: messageOf(error), cpus: 0, memoryMiB: 0 };
    }
  }

  facts(): Promise<HostFacts> {
    return this.#facts.get();
  }

  has(revision: EnvironmentRevisionSpec): Promise<boolean> {
    return this.#images.has(revision);
  }

  async misfit(tier: Tier): Promise<string | null> {
    const facts = await this.facts();
    const name = this.#options.name;
    if (tier.cpus > facts.cpus) return `The tier has ${tier.cpus} CPUs; the host ${name} has ${facts.cpus}.`;
    if (tier.memoryMiB > facts.memoryMiB) {
      return `The tier has ${tier.memoryMiB} MiB of memory; the host ${name} has ${facts.memoryMiB} MiB.`;
    }
    if (tier.gpus > facts.gpus.length)
      return `The tier has ${tier.gpus} GPU(s); the host ${name} has ${facts.gpus.length}.`;
    return null;
  }

  prepare(
    revision: EnvironmentRevisionSpec,
    options: { readonly log: (data: Uint8Array) => void; readonly signal: AbortSignal },
  ): Promise<BuildOutcome> {
    return this.#images.prepare(revision, options);
  }

  discard(digest: string): Promise<void> {
    return this.#images.discard(digest);
  }

  reach(_own: string): Promise<string> {
    return this.#networks.serverUrl();
  }

  submit(spec: JobSpec): Promise<JobHandle> {
    const other = this.#submitting.get(spec.runId);
    if (other) return other;
    const submitted = this.#submit(spec).finally(() => this.#submitting.delete(spec.runId));
    this.#submitting.set(spec.runId, submitted);
    return submitted;
  }

  async *watch(handle: JobHandle, { signal }: WatchOptions): AsyncIterable<JobState> {
    using heard = this.#events.listen(handle);
    let last = '';
    while (!signal.aborted) {
      const rung = heard.bell.next();
      const state = await this.#look(handle);
      const text = JSON.stringify(state);
      if (text !== last) yield state;
      if (state.kind === 'ended' || state.kind === 'absent') return;
      last = text;
      const rest = new AbortController();
      await until(signal, rung, pause(lookMs, AbortSignal.any([signal, rest.signal])));
      rest.abort();
    }
  }

  output(handle: JobHandle, options: WatchOptions & { readonly after: number }): AsyncIterable<OutputPiece> {
    const isOver = async () => (await this.#containers.inspect(handle))?.State.Running !== true;
    return followLog({ ...options, engine: this.#engine, marks: this.#marks, container: handle, isOver });
  }

  usage(handle: JobHandle, options: WatchOptions & { readonly after: number }): AsyncIterable<UsageSample> {
    return this.#usages.follow(handle, options);
  }

  async stop(handle: JobHandle, { graceMs }: { readonly graceMs: number }): Promise<void> {
    await this.#ends.ask(handle, { reason: 'stopped-by-user', graceMs });
  }

  async *collect(handle: JobHandle, paths: readonly string[]): AsyncIterable<CollectedFile> {
    const found = await this.#containers.inspect(handle);
    if (found === null) return;
    const folder = found.Config.Labels[labels.folder] ?? '';
    const root = workFolderOf(found.Config.Labels[labels.volume]);
    yield* collectFiles({ engine: this.#engine, container: handle, root, folder, paths });
  }

  async list(): Promise<readonly string[]> {
    return (await this.#containers.list()).flatMap(({ Labels }) => Labels[labels.run] ?? []);
  }

  /** One that was made but never started is none: it is removed, so that it can be made afresh. */
  async find(runId: string): Promise<JobHandle | null> {
    const name = this.#containers.nameOf(runId);
    const submitting = this.#submitting.get(runId);
    if (submitting) return submitting;
    await this.#containers.discardUnstarted(name);
    return (await this.#containers.begins(name)) ? name : null;
  }

  async remove(handle: JobHandle): Promise<void> {
    const found = await this.#containers.inspect(handle);
    if (found?.State.Running) {
      throw new DomainError('wrong-state', 'The job has not ended.', { remedy: 'Stop it first.' });
    }
    await this.#containers.remove(handle);
    await this.#marks.forget(handle);
    this.#usages.forget(handle);
    this.#ends.forget(handle);
  }

  connect(handle: JobHandle, port: string): Promise<Duplex> {
    return this.#ports.connect(handle, port);
  }

  openVolume(volume: string, environment: EnvironmentRevisionSpec): Promise<OpenVolume | null> {
    return this.#volumes.open(volume, async () => (await this.#images.imageOf(environment)).name);
  }

  removeVolume(volume: string): Promise<void> {
    return this.#volumes.remove(volume);
  }

  async copyVolume(volume: string, from: ComputeBackend): Promise<boolean> {
    return from instanceof DockerBackend && this.#volumes.copy(volume, from.#volumes);
  }

  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
    this.#ends[Symbol.dispose]();
  }

  async #look(handle: JobHandle): Promise<JobState> {
    try {
      const state = await this.#ends.state(handle);
      if (state.kind === 'running') await this.#networks.reopen();
      return state;
    } catch (error) {
      return { kind: 'unknown', detail: messageOf(error) };
    }
  }

  async #submit(spec: JobSpec): Promise<JobHandle> {
    const name = this.#containers.nameOf(spec.runId);
    for (;;) {
      const plan = await this.#create(spec);
      if (plan !== null) {
        const secrets = { variables: spec.secrets, files: spec.secretFiles ?? {} };
        await this.#containers.start(plan, { secrets, code: () => spec.code() });
        return name;
      }
      if (await this.#containers.begins(name)) return name;
    }
  }

  /** Null where there is one by that name. One at a time where devices are given out: none may be given twice. */
  #create(spec: JobSpec): Promise<ContainerPlan | null> {
    const create = async () => {
      const plan = await this.#plans.plan(spec);
      return (await this.#containers.create(plan)) ? plan : null;
    };
    if (!spec.limits.gpus) return create();
    const created = this.#giving.then(create);
    this.#giving = created.catch(() => undefined);
    return created;
  }
}
