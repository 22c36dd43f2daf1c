/** From `preparing` to `starting`: makes the environment usable, or says why it is not. */
import type { BuildOutcome } from './ports.ts';
import type { LaunchedRun, RunContext } from './runContext.ts';

type FailedBuild = Extract<BuildOutcome, { readonly ok: false }>;

export async function preparePhase(context: RunContext, run: LaunchedRun): Promise<void> {
  const { deps, shutdown, stopping } = context;
  const { environmentId, environmentRevision: revision } = run.launch;
  const signal = AbortSignal.any([shutdown, stopping.signal]);
  const backend = context.backendOf(run);
  const outcome = signal.aborted ? null : await deps.builds.build({ environmentId, revision }, { backend, signal });
  if (shutdown.aborted) return;
  await context.step('environment-built');
  if (outcome === null) await context.apply({ type: 'stopped-before-start', at: deps.clock.now() });
  else if (outcome.ok) await begin(context);
  else await fail(context, run, outcome);
}

/** The token is made in the same write, so that a launch waits for one commit less. */
async function begin(context: RunContext): Promise<void> {
  const { tokens } = context.deps;
  await context.apply(
    { type: 'prepared' },
    { also: async (stores, run) => context.keepSecret(await tokens.mintRunToken(stores, run)) },
  );
  await context.step('starting-kept');
}

async function fail(context: RunContext, run: LaunchedRun, { error }: FailedBuild): Promise<void> {
  const { deps, runId } = context;
  // Once: a server that was killed right after this comes here again.
  if ((await deps.logs.size(runId)) === 0) {
    const text = await explanation(context, run, error);
    await deps.logs.append(runId, { kind: 'data', data: Buffer.from(text) });
  }
  await context.apply({ type: 'environment-failed', at: deps.clock.now(), error });
}

/** Whoever opens the run's log sees there why it never started. */
async function explanation({ deps }: RunContext, run: LaunchedRun, error: string): Promise<string> {
  const { environmentId, environmentRevision } = run.launch;
  const stored = await deps.store.read(({ environments }) => environments.revision(environmentId, environmentRevision));
  const output = stored === null ? '' : await deps.builds.lastOutput(stored.digest);
  return `The environment ${environmentId}, revision ${environmentRevision}, could not be built: ${error}\n\n${output}`;
}
