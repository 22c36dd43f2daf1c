/**
 * Code compared: runs, commits, the folder now. It decides what stands on
 * either side; the older is on the left.
 */
import * as vscode from 'vscode';
import * as z from 'zod';
import { ClientError } from '../../../client/clientError.ts';
import { relativePath, runId } from '../../../protocol/model/common.ts';
import type { Project } from '../../../protocol/model/project.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import { repositoryPath } from '../../connection/repositoryPlace.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { choose } from '../../platform/notifications.ts';
import { folderOf } from './folders.ts';
import { type Other, otherSides } from './others.ts';
import { pickCommit, pickProject } from './pickCommit.ts';
import type { RunCode } from './runCode.ts';
import type { RunFiles } from './runFiles.ts';
import { type Sides, showAll, showFile } from './showSides.ts';
import { baseSide, commitSide, folderSide, runSide } from './sides.ts';

export type CompareDeps = {
  readonly files: RunFiles;
  readonly server: Pick<ServerConnection, 'client'>;
  readonly runs: LiveList<RunSummary>;
  readonly projects: LiveList<Project>;
  readonly folders: LaunchFolders;
};

/** As panels ask; from a tree comes a run, from the palette nothing. */
const request = z.object({
  runIds: z.array(runId).min(1).max(2),
  with: z.enum(['base', 'workspace']).optional(),
  path: relativePath.optional(),
});
/** What a tree hands over: all nodes that are selected, the newest first. */
const nodes = z.array(z.object({ id: runId, createdAt: z.number() })).length(2);

const patienceMs = 120_000;

export async function compareCode(deps: CompareDeps, target: unknown, selected: unknown): Promise<void> {
  const asked = request.safeParse(target);
  if (asked.success) {
    const sides = await sidesOf(deps, asked.data);
    await (asked.data.path === undefined ? showAll(sides) : showFile(sides, asked.data.path));
    return;
  }
  const two = nodes.safeParse(selected);
  const ids = two.success ? two.data.toSorted((a, b) => a.createdAt - b.createdAt).map(({ id }) => id) : null;
  await showAll(ids ? await sidesOf(deps, { runIds: ids }) : await chosenSides(deps, target));
}

export async function compareCommits(deps: CompareDeps, target: unknown): Promise<void> {
  const { server, projects } = deps;
  const projectId = await pickProject(target, projects.items);
  const older = await pickCommit(server, projectId, 'Compare which commit? The older one');
  const newer = await pickCommit(server, projectId, `Compare ${older.slice(0, 8)} with which commit?`);
  const [before, after] = await Promise.all([older, newer].map((commit) => commitSide(deps, projectId, commit)));
  if (before && after) await showAll({ before, after });
}

export async function compareWorkspace(deps: CompareDeps, target: unknown): Promise<void> {
  const path = target instanceof vscode.Uri ? await pathOf(target) : null;
  const title = `Compare ${path === null ? 'the folder' : spellOutWithin(path)} with which run?`;
  const run = await pickRun(path === null ? target : undefined, withCode(deps.runs.items), title);
  const sides = await bothSides(deps, await deps.files.code(run.id), { kind: 'workspace' });
  await (path === null ? showAll(sides) : showFile(sides, path));
}

/** Of a file of an open folder, from the root of its repository. */
async function pathOf(uri: vscode.Uri): Promise<string> {
  const folder = uri.scheme === 'file' ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
  if (folder) return repositoryPath(folder, uri);
  throw new ClientError('not-found', 'The file is in none of the open folders.', { remedy: 'Open its folder first.' });
}

/** In the order in which they are named. */
async function sidesOf(deps: CompareDeps, { runIds, with: other }: z.infer<typeof request>): Promise<Sides> {
  const [one = '', two] = runIds;
  const code = await deps.files.code(one);
  if (two === undefined) return bothSides(deps, code, { kind: other ?? 'base' });
  return { before: runSide(code), after: runSide(await deps.files.code(two)) };
}

async function chosenSides(deps: CompareDeps, target: unknown): Promise<Sides> {
  const { id, name } = await pickRun(target, withCode(deps.runs.items), 'Compare the code of which run?');
  const code = await deps.files.code(id);
  const others = otherSides(code.run, deps.runs.items);
  return bothSides(deps, code, await choose(`Compare ${spellOutWithin(name)} with`, others));
}

async function bothSides(deps: CompareDeps, code: RunCode, other: Other): Promise<Sides> {
  const run = runSide(code);
  if (other.kind === 'base') return { before: baseSide(code), after: run };
  if (other.kind === 'workspace') {
    const folder = await folderOf(deps.folders, code.run.projectId);
    return { before: run, after: await folderSide(folder, AbortSignal.timeout(patienceMs)) };
  }
  if (other.kind === 'run') {
    const second = await deps.files.code(other.runId);
    const isLater = second.run.createdAt > code.run.createdAt;
    return isLater ? { before: run, after: runSide(second) } : { before: runSide(second), after: run };
  }
  return { before: await commitSide(deps, code.run.projectId, await commitFor(deps, code, other.kind)), after: run };
}

/** The commit before the one that a run was launched from, or the one that the person chooses. */
async function commitFor({ server }: CompareDeps, { run }: RunCode, kind: 'before' | 'chosen-commit'): Promise<string> {
  const { projectId, code } = run;
  if (kind === 'chosen-commit') return pickCommit(server, projectId, 'Compare with which commit?');
  const from = code?.base ?? '';
  const [commit] = await server.client.code.commits({ projectId, from, limit: 1 });
  const [parent] = commit?.parents ?? [];
  if (parent) return parent;
  throw new ClientError('not-found', `${from.slice(0, 8)} is the first commit: there is none before it.`, {
    remedy: 'Compare with another run or commit.',
  });
}

function withCode(runs: readonly RunSummary[]): readonly RunSummary[] {
  return runs.filter(({ commit, launched }) => commit !== null || !launched);
}
