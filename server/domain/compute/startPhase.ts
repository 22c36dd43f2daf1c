/**
 * `starting`, until the job is known: submits it, or finds the one that was
 * submitted before the server was cut off. The handle is kept at once.
 */

import type { GivenSecrets } from '../secrets/ports.ts';
import { DomainError, isDomainError, messageOf } from '../shared/errors.ts';
import { limitsOf } from '../shared/tierLimits.ts';
import { commandLine } from './commandLine.ts';
import type { CodeEntry, JobSpec } from './ports.ts';
import type { LaunchedRun, RunContext } from './runContext.ts';

export async function startPhase(context: RunContext, run: LaunchedRun): Promise<void> {
  const minted = context.takeSecret();
  // Without a token from this process somebody may have submitted before: look first, so that its token stays.
  const found = minted === null ? await context.backendOf(run).find(run.id) : null;
  if (found !== null) return keepHandle(context, found);
  if (context.stopping.signal.aborted) {
    await context.apply({ type: 'stopped-before-start', at: context.deps.clock.now() });
    return;
  }
  const { store, tokens } = context.deps;
  await submit(context, run, minted ?? (await store.write((stores) => tokens.mintRunToken(stores, run))));
}

async function submit(context: RunContext, run: LaunchedRun, token: string): Promise<void> {
  const given = await givenSecrets(context, run);
  if (given === null) return;
  const code = new CodeReader(context, run);
  try {
    const handle = await context.backendOf(run).submit(await specOf(context, run, { token, given, code }));
    await context.step('submitted');
    await keepHandle(context, handle);
  } catch (error) {
    if (code.failure === null) return refuse(context, error);
    const detail = `The code snapshot could not be read: ${code.failure}`;
    await context.apply({ type: 'refused', at: context.deps.clock.now(), reason: 'code-unavailable', detail });
  }
}

/** Null when one is gone: the run has then ended. */
async function givenSecrets(context: RunContext, run: LaunchedRun): Promise<GivenSecrets | null> {
  const { jobSecrets, clock } = context.deps;
  try {
    return await jobSecrets.give(run);
  } catch (error) {
    if (!isDomainError(error) || error.reason !== 'not-found') throw error;
    await context.apply({ type: 'refused', at: clock.now(), reason: 'secret-unavailable', detail: error.message });
    return null;
  }
}

/** What is wrong with the image stays wrong, however often one tries. */
async function refuse(context: RunContext, error: unknown): Promise<void> {
  if (!isDomainError(error) || error.field !== 'environmentId') throw error;
  const detail = messageOf(error);
  await context.apply({ type: 'refused', at: context.deps.clock.now(), reason: 'image-missing', detail });
}

async function keepHandle(context: RunContext, handle: string): Promise<void> {
  await context.apply({ type: 'submitted', handle });
  await context.step('handle-kept');
}

/** Reads the snapshot for the backend, and remembers whether it was the code that failed. */
class CodeReader {
  failure: string | null = null;
  readonly #context: RunContext;
  readonly #run: LaunchedRun;

  constructor(context: RunContext, run: LaunchedRun) {
    this.#context = context;
    this.#run = run;
  }

  async *entries(): AsyncGenerator<CodeEntry, void, void> {
    try {
      yield* this.#context.deps.code.entries(this.#run.projectId, this.#run.launch.code.commit);
    } catch (error) {
      this.failure = messageOf(error);
      throw error;
    }
  }
}

type Extras = { readonly token: string; readonly given: GivenSecrets; readonly code: CodeReader };

async function specOf(context: RunContext, run: LaunchedRun, { token, given, code }: Extras): Promise<JobSpec> {
  const { deps } = context;
  const backend = context.backendOf(run);
  const { environmentId, environmentRevision, tierId, command, parameters } = run.launch;
  const tier = deps.catalog.tier(tierId);
  if (tier === null) {
    throw new DomainError('backend-unavailable', `The hardware tier ${tierId} is no longer in the catalog.`);
  }
  const { revision, entry } = await deps.store.read(async ({ environments, queue }) => ({
    revision: await environments.revision(environmentId, environmentRevision),
    entry: await queue.entry(run.id),
  }));
  // The server makes further attempts by itself; each keeps its code as a launch does.
  if (entry !== null && entry.attempt > 1) await deps.code.pin(run.projectId, run.id, run.launch.code.commit);
  if (revision === null) throw new DomainError('not-found', `The environment ${environmentId} is gone.`);
  return {
    runId: run.id,
    environment: {
      environmentId,
      revision: environmentRevision,
      digest: revision.digest,
      definition: revision.definition,
    },
    command: commandLine(command, parameters),
    folder: run.launch.code.folder,
    variables: jobVariables(run, (await backend.reach?.(deps.url())) ?? deps.url()),
    secrets: { ...given.variables, ...jobSecrets(token) },
    secretFiles: given.files,
    limits: { ...limitsOf(tier), maxMinutes: shorter(tier.maxMinutes, entry?.timeoutMinutes ?? null) },
    code: () => code.entries(),
  };
}

/** Null is no limit. */
function shorter(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** With these a job that imports mlflow logs into its own run without set-up. */
export function jobVariables(
  run: Pick<LaunchedRun, 'id' | 'experimentId' | 'projectId'>,
  url: string,
): Readonly<Record<string, string>> {
  return {
    MLFLOW_TRACKING_URI: url,
    MLFLOW_RUN_ID: run.id,
    MLFLOW_EXPERIMENT_ID: run.experimentId,
    FLYWHEEL_URL: url,
    FLYWHEEL_RUN_ID: run.id,
    FLYWHEEL_PROJECT_ID: run.projectId,
    PYTHONUNBUFFERED: '1',
  };
}

/** The run's own token, under the names that clients look for. */
export function jobSecrets(token: string): Readonly<Record<string, string>> {
  return { MLFLOW_TRACKING_TOKEN: token, FLYWHEEL_TOKEN: token };
}
