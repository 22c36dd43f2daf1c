/**
 * Images of environments on one engine: fetched where they are named, built
 * where something is added, kept under a name that the digest determines. It
 * removes only what it has built.
 */

import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { BuildOutcome, EnvironmentRevisionSpec } from '../../domain/compute/ports.ts';
import { errorLine } from '../../domain/shared/errorLine.ts';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';
import { type BuildOptions, cancelledBuild, SharedBuilds } from '../../domain/shared/sharedBuilds.ts';
import { type BuildPlan, buildPlan } from './buildPlan.ts';
import { labels } from './containerSettings.ts';
import { type Engine, statusOf } from './engine.ts';
import type { JobNetworks } from './jobNetworks.ts';
import { jsonLines } from './jsonLines.ts';
import { lookInside } from './lookInside.ts';

export type EngineImagesOptions = {
  readonly engine: Engine;
  readonly serverId: string;
  /** Of environments that name none. */
  readonly image: string;
  readonly networks: JobNetworks;
  /** Those of other engines, which may have built it already. */
  readonly peers: () => readonly EngineImages[];
};

export type UsedImage = { readonly name: string; readonly readOnlySystem: boolean };
type Found = { readonly id: string; readonly bytes: number; readonly digest: string | null };

export class EngineImages {
  readonly #options: EngineImagesOptions;
  readonly #builds = new SharedBuilds();
  /** What was found in images, by their id: an image never changes. */
  readonly #contents = new Map<string, Extract<BuildOutcome, { readonly ok: true }>>();

  constructor(options: EngineImagesOptions) {
    this.#options = options;
  }

  prepare(revision: EnvironmentRevisionSpec, options: BuildOptions): Promise<BuildOutcome> {
    return this.#builds.join(revision.digest, options, (shared) => this.#prepare(revision, shared));
  }

  /** What a job of this environment is made from. Throws where it was never prepared here. */
  async imageOf(revision: EnvironmentRevisionSpec): Promise<UsedImage> {
    const plan = this.#plan(revision);
    if (plan.kind === 'impossible') throw new DomainError('wrong-state', plan.error);
    const name = this.#nameOf(revision, plan);
    if (plan.kind === 'image' || (await this.#find(name)) !== null)
      return { name, readOnlySystem: plan.readOnlySystem };
    const { environmentId } = revision;
    throw new DomainError(
      'wrong-state',
      `The environment ${environmentId} is not built on ${this.#options.engine.name}.`,
    );
  }

  /** Whether it can be used at once. */
  async has(revision: EnvironmentRevisionSpec): Promise<boolean> {
    const plan = this.#plan(revision);
    return plan.kind !== 'impossible' && (await this.#find(this.#nameOf(revision, plan))) !== null;
  }

  async discard(digest: string): Promise<void> {
    await this.#builds.cancel(digest);
    try {
      await this.#options.engine.askIfThere((docker) => docker.getImage(this.#builtName(digest)).remove());
    } catch (error) {
      // Containers of jobs still stand on it: it goes when somebody asks again.
      if (statusOf(error) !== 409) throw error;
    }
  }

  async #prepare(revision: EnvironmentRevisionSpec, options: BuildOptions): Promise<BuildOutcome> {
    const plan = this.#plan(revision);
    if (plan.kind === 'impossible') return { ok: false, error: plan.error };
    const name = this.#nameOf(revision, plan);
    try {
      if ((await this.#find(name)) === null) {
        await this.#obtain({ name, plan, revision }, options);
      }
      return await this.#outcome(name);
    } catch (error) {
      if (options.signal.aborted) return cancelledBuild;
      if (error instanceof BuildFailed) return { ok: false, error: error.message };
      throw error;
    }
  }

  async #outcome(name: string): Promise<BuildOutcome> {
    const image = await this.#find(name);
    if (image === null) return { ok: false, error: `The image ${name} is gone again.` };
    const known = this.#contents.get(image.id);
    if (known) return known;
    const inside = await lookInside({ ...this.#options, image: name });
    if (inside.problem !== null) return { ok: false, error: inside.problem };
    const lines = [`# image ${name} ${image.digest ?? image.id}`, ...inside.packages];
    const outcome = { ok: true, lock: lines.join('\n'), python: inside.python, bytes: image.bytes } as const;
    this.#contents.set(image.id, outcome);
    return outcome;
  }

  /** Moved from another host where one has it: the same image, and sooner there. */
  async #obtain({ name, plan, revision }: Wanted, options: BuildOptions): Promise<void> {
    for (const peer of this.#options.peers()) {
      if (await this.#move(name, peer, options).catch(() => false)) return;
    }
    if (plan.kind === 'image') await this.#pull(name, options);
    else await this.#build({ name, plan, revision }, options);
  }

  /** False where the other has none. Nothing is kept on the way. */
  async #move(name: string, peer: EngineImages, options: BuildOptions): Promise<boolean> {
    if (peer === this || (await peer.#find(name)) === null) return false;
    const { engine } = this.#options;
    const other = peer.#options.engine;
    options.log(Buffer.from(`Moving the image ${name} from ${other.name} to ${engine.name}\n`));
    const saved = (await other.stream((docker) => docker.getImage(name).get())) as Readable;
    const loaded = await engine.stream((docker) => docker.loadImage(saved));
    await follow(loaded as Readable, options);
    return (await this.#find(name)) !== null;
  }

  async #pull(image: string, options: BuildOptions): Promise<void> {
    const reference = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
    const { engine } = this.#options;
    const stream = await engine
      .stream((docker) => docker.pull(reference))
      .catch((error: unknown) => {
        if (statusOf(error) === null) throw error;
        throw new BuildFailed(`The image ${image} is not on ${engine.name} and cannot be fetched: ${messageOf(error)}`);
      });
    await follow(stream as Readable, options);
  }

  async #build({ name, plan, revision }: Build, options: BuildOptions): Promise<void> {
    const archive = pack();
    for (const [file, text] of Object.entries(plan.files)) archive.entry({ name: file, mode: 0o644 }, text);
    archive.finalize();
    const { engine, serverId, networks } = this.#options;
    const network = await networks.network('open');
    const settings = {
      t: name,
      labels: { [labels.server]: serverId, [labels.digest]: revision.digest },
      buildargs: { ...plan.args },
      ...(plan.target !== null && { target: plan.target }),
      networkmode: network.name,
      forcerm: true,
      abortSignal: options.signal,
    };
    const stream = await engine.stream((docker) =>
      docker.buildImage(archive as unknown as NodeJS.ReadableStream, settings),
    );
    await follow(stream as Readable, options);
  }

  async #find(name: string): Promise<Found | null> {
    const found = await this.#options.engine.askIfThere((docker) => docker.getImage(name).inspect());
    return found === null ? null : { id: found.Id, bytes: found.Size, digest: found.RepoDigests?.[0] ?? null };
  }

  #plan({ definition }: EnvironmentRevisionSpec): BuildPlan {
    return buildPlan(definition, this.#options.image);
  }

  #nameOf({ digest }: EnvironmentRevisionSpec, plan: Exclude<BuildPlan, { readonly kind: 'impossible' }>): string {
    return plan.kind === 'image' ? plan.image : this.#builtName(digest);
  }

  #builtName(digest: string): string {
    if (!/^[\w-]{1,128}$/.test(digest)) throw new DomainError('invalid-input', 'The environment has no usable digest.');
    return `flywheel-environment/${this.#options.serverId.slice(0, 12).toLowerCase()}:${digest}`;
  }
}

type Wanted = Omit<Build, 'plan'> & { readonly plan: Exclude<BuildPlan, { readonly kind: 'impossible' }> };
type Build = {
  readonly name: string;
  readonly plan: Extract<BuildPlan, { readonly kind: 'build' }>;
  readonly revision: EnvironmentRevisionSpec;
};

class BuildFailed extends Error {}

/** What of an engine's progress messages is read. */
type Progress = {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly error?: string;
};

const keptBytes = 16 * 1024;

/** Passes on what an engine says while it works; throws what went wrong in the end. */
async function follow(stream: Readable, { log, signal }: BuildOptions): Promise<void> {
  let output = '';
  for await (const message of jsonLines<Progress>(stream, signal)) {
    const text = textOf(message);
    if (text !== '') log(Buffer.from(text));
    if (message.error !== undefined) throw new BuildFailed(causeOf(output, message.error));
    output = (output + text).slice(-keptBytes);
  }
  if (signal.aborted) throw new BuildFailed('cancelled');
}

/** Without bars that move, which are for terminals. */
function textOf({ stream, status, progress, error }: Progress): string {
  if (error !== undefined) return `${error}\n`;
  return stream ?? (status && !progress ? `${status}\n` : '');
}

/** The engine does not say which step it speaks of. */
function causeOf(output: string, error: string): string {
  const step = [...output.matchAll(/^Step \d+\/\d+ : (.*)$/gm)].at(-1)?.[1];
  return errorLine(output) ?? (step === undefined ? error : `${step}: ${error}`);
}
