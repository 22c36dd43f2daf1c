/**
 * Python virtual environments by content: one folder a digest, built in place
 * because a virtual environment cannot be moved, and usable only once its
 * marker stands. What an interrupted build left is cleared away and redone.
 */
import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerNeed, hasRequirements } from '../../../protocol/model/environmentNeeds.ts';
import type { BuildOutcome, EnvironmentRevisionSpec } from '../../domain/compute/ports.ts';
import { lastMeaningfulLine } from '../../domain/shared/errorLine.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { type BuildOptions, cancelledBuild, SharedBuilds } from '../../domain/shared/sharedBuilds.ts';
import { type BuildStep, runStep, type StepResult } from './buildStep.ts';
import { folderBytes } from './folderBytes.ts';
import { readRecord, writeRecord } from './jobFolder.ts';
import { ProcessTree } from './processTree.ts';

const readyFile = 'ready.json';
const buildingFile = 'building.json';
const requirementsFile = 'requirements.txt';

type ReadyRecord = { readonly lock: string; readonly python?: string | null; readonly bytes?: number | null };
type Python = { readonly python: string; readonly requirements: string };
type Tools = Omit<BuildStep, 'program' | 'args'>;

export class PythonEnvironments {
  readonly #root: string;
  readonly #builds = new SharedBuilds();

  constructor(root: string) {
    this.#root = root;
  }

  /** The folder to put first on a job's path; null when the environment is not there yet. */
  async find(digest: string): Promise<string | null> {
    const virtualEnvironment = join(this.#folderOf(digest), 'venv');
    return (await this.#ready(digest)) ? virtualEnvironment : null;
  }

  async prepare({ digest, definition }: EnvironmentRevisionSpec, options: BuildOptions): Promise<BuildOutcome> {
    if (definition.kind === 'system') return { ok: true, lock: '' };
    const need = dockerNeed(definition);
    if (need !== null) return { ok: false, error: `This environment needs a Docker host: ${need}.` };
    return this.#builds.join(digest, options, (shared) => this.#build(digest, { ...shared, definition }));
  }

  /** Whoever is building it is cancelled first: a folder that is being written cannot be removed. */
  async discard(digest: string): Promise<void> {
    await this.#builds.cancel(digest);
    await clearInterrupted(this.#folderOf(digest));
  }

  async #build(digest: string, options: BuildOptions & { readonly definition: Python }): Promise<BuildOutcome> {
    const ready = await this.#ready(digest);
    if (ready) return { ok: true, ...ready };
    const folder = this.#folderOf(digest);
    await clearInterrupted(folder);
    const mark = randomUUID();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeRecord(folder, buildingFile, { mark });
    const outcome = await install(options.definition, { ...options, folder, mark });
    await new ProcessTree({ leader: null, mark }).kill();
    if (outcome.ok) {
      const { ok: _ok, ...ready } = outcome;
      await writeRecord(folder, readyFile, ready satisfies ReadyRecord);
    } else await rm(folder, { recursive: true, force: true });
    return outcome;
  }

  /** Ready and still whole: the interpreter that it points to may have been removed from the machine. */
  async #ready(digest: string): Promise<ReadyRecord | null> {
    const folder = this.#folderOf(digest);
    const ready = await readRecord<ReadyRecord>(folder, readyFile);
    if (!ready) return null;
    const usable = access(join(folder, 'venv', 'bin', 'python'), constants.X_OK);
    return usable.then(
      () => ready,
      () => null,
    );
  }

  #folderOf(digest: string): string {
    if (!/^[\w-]{1,128}$/.test(digest)) throw new DomainError('invalid-input', 'The environment has no usable digest.');
    return join(this.#root, digest);
  }
}

/** A server that was killed may have left programs that still write into the folder. */
async function clearInterrupted(folder: string): Promise<void> {
  const building = await readRecord<{ readonly mark: string }>(folder, buildingFile);
  if (building) await new ProcessTree({ leader: null, mark: building.mark }).kill();
  await rm(folder, { recursive: true, force: true });
}

async function install({ python, requirements }: Python, tools: Tools): Promise<BuildOutcome> {
  const own = join(tools.folder, 'venv', 'bin', 'python');
  const made = await runStep({ ...tools, program: python, args: ['-m', 'venv', 'venv'] });
  if (!made.ok) return failure(made, tools, explainVenv(python, made));
  if (hasRequirements(requirements)) {
    await writeFile(join(tools.folder, requirementsFile), requirements, { mode: 0o600 });
    const args = ['-m', 'pip', 'install', '--no-input', '--requirement', requirementsFile];
    const installed = await runStep({ ...tools, program: own, args });
    if (!installed.ok) return failure(installed, tools, null);
  }
  const frozen = await runStep({ ...tools, log: () => {}, program: own, args: ['-m', 'pip', 'freeze'] });
  if (!frozen.ok) return failure(frozen, tools, null);
  const asked = ['-c', 'import platform; print(platform.python_version())'];
  const version = await runStep({ ...tools, log: () => {}, program: own, args: asked });
  const bytes = await folderBytes(join(tools.folder, 'venv'));
  return { ok: true, lock: frozen.output.trim(), python: version.ok ? version.output.trim() : null, bytes };
}

function failure(result: StepResult, { signal }: Tools, explained: string | null): BuildOutcome {
  if (signal.aborted) return cancelledBuild;
  return { ok: false, error: explained ?? lastMeaningfulLine(result.output) ?? 'The build failed without a word.' };
}

function explainVenv(python: string, { missing, output }: StepResult): string | null {
  if (missing)
    return `There is no interpreter ${python} on the server. Install it, or name another in the environment.`;
  if (!/ensurepip|No module named venv/.test(output)) return null;
  return `${python} cannot make virtual environments: its venv or ensurepip module is missing. On Debian or Ubuntu install python3-venv, or name another interpreter in the environment.`;
}
