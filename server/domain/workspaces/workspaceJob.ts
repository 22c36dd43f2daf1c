/**
 * What a start of a workspace is for a backend: the job's spec, made from what
 * is kept. The tool gets the address of this server and a token that counts
 * in the project alone, so that what runs inside connects by itself.
 */

import type { CodeEntry, ComputeBackend, JobSpec } from '../compute/ports.ts';
import type { StoredRevision } from '../environments/ports.ts';
import { DomainError } from '../shared/errors.ts';
import { limitsOf } from '../shared/tierLimits.ts';
import { debugFiles } from './debugFiles.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { StoredWorkspace, ToolConnection } from './ports.ts';
import { basePathOf, type Tool, toolCommand, toolPort, toolsOf } from './tools.ts';

type Dependencies = Pick<
  WorkspaceDependencies,
  'store' | 'catalog' | 'code' | 'url' | 'toolSecret' | 'toolPrograms' | 'definitions' | 'backends'
>;

/** The job of its present start. */
export function jobIdOf({ id, starts }: Pick<StoredWorkspace, 'id' | 'starts'>): string {
  return `ws-${id}-${starts}`;
}

export async function workspaceJob(deps: Dependencies, workspace: StoredWorkspace, token: string): Promise<JobSpec> {
  const tier = deps.catalog.tier(workspace.tierId);
  if (tier === null) {
    throw new DomainError('backend-unavailable', `The hardware tier ${workspace.tierId} is no longer in the catalog.`);
  }
  const revision = await revisionOf(deps, workspace);
  const url = (await deps.backends.get(workspace.backend)?.reach?.(deps.url())) ?? deps.url();
  const command = toolCommand(toolOf(deps, revision, workspace.tool), workspace.id);
  const { environmentId, revision: number, digest, definition } = revision;
  return {
    runId: jobIdOf(workspace),
    environment: { environmentId, revision: number, digest, definition },
    command,
    folder: '',
    variables: variablesOf(workspace, url),
    programs: deps.toolPrograms.filter(({ variable }) => command.includes(variable)),
    secrets: secretsOf(token, deps.toolSecret(workspace.id)),
    // How long it may run is the keeper's to say: people are told before.
    limits: { ...limitsOf(tier), maxMinutes: null },
    volume: workspace.id,
    ports: [toolPort],
    code: () => codeOf(deps, workspace),
  };
}

export async function revisionOf(
  { store }: Pick<Dependencies, 'store'>,
  { environmentId, environmentRevision }: Pick<StoredWorkspace, 'environmentId' | 'environmentRevision'>,
): Promise<StoredRevision> {
  const revision = await store.read(({ environments }) => environments.revision(environmentId, environmentRevision));
  if (revision === null) throw new DomainError('not-found', `The environment ${environmentId} is gone.`);
  return revision;
}

export function toolOf(
  { definitions }: Pick<Dependencies, 'definitions'>,
  { definition, environmentId }: Pick<StoredRevision, 'definition' | 'environmentId'>,
  name: string,
): Tool {
  const tools = toolsOf(definition, definitions.tools(definition));
  const tool = tools.find((each) => each.name === name);
  if (tool !== undefined) return tool;
  throw new DomainError('invalid-input', `The environment ${environmentId} has no tool ${name}.`, {
    field: 'tool',
    remedy: `Choose one of: ${tools.map((each) => each.name).join(', ')}. JupyterLab needs jupyterlab among the packages; others are declared under customizations.flywheel.tools.`,
  });
}

/** How to reach the tool of a workspace that has a job. */
export function connectionOf(
  deps: Pick<Dependencies, 'backends' | 'toolSecret'>,
  workspace: StoredWorkspace,
): ToolConnection {
  const { handle, id } = workspace;
  const connect = async () => {
    if (handle === null) throw new DomainError('wrong-state', 'The workspace does not run.');
    return backendOf(deps, workspace).connect(handle, toolPort);
  };
  return { connect, basePath: basePathOf(id), secret: deps.toolSecret(id) };
}

export type WorkspaceBackend = ComputeBackend & Required<Pick<ComputeBackend, 'connect'>>;

export function backendOf(
  { backends }: Pick<Dependencies, 'backends'>,
  { backend: id }: StoredWorkspace,
): WorkspaceBackend {
  const backend = backends.get(id);
  if (backend && canRunWorkspaces(backend)) return backend;
  throw new DomainError('invalid-input', `The compute backend ${id} cannot run workspaces.`, {
    remedy: 'Choose a hardware tier on another backend.',
  });
}

export function canRunWorkspaces(backend: ComputeBackend): backend is WorkspaceBackend {
  return backend.connect !== undefined;
}

/** What was saved last, when there is no folder on that host: as after a move, or when the disk was lost. */
async function* codeOf({ code }: Dependencies, workspace: StoredWorkspace): AsyncGenerator<CodeEntry, void, void> {
  const { projectId, savedCommit, baseCommit } = workspace;
  const commit = savedCommit ?? baseCommit;
  const seen = new Set<string>();
  if (commit !== null) {
    for await (const entry of code.entries(projectId, commit)) {
      seen.add(entry.path);
      yield entry;
    }
  }
  for (const entry of debugFiles(workspace)) if (!seen.has(entry.path)) yield entry;
}

function variablesOf({ id, projectId }: StoredWorkspace, url: string): Readonly<Record<string, string>> {
  return {
    MLFLOW_TRACKING_URI: url,
    FLYWHEEL_URL: url,
    FLYWHEEL_PROJECT_ID: projectId,
    FLYWHEEL_WORKSPACE_ID: id,
    PYTHONUNBUFFERED: '1',
  };
}

function secretsOf(token: string, toolSecret: string): Readonly<Record<string, string>> {
  return { MLFLOW_TRACKING_TOKEN: token, FLYWHEEL_TOKEN: token, JUPYTER_TOKEN: toolSecret };
}
