/**
 * "Compare Code of Run": two sides in the editor's own multi-file diff, or one
 * file of them in its diff. It reads no content; the editor asks for what it shows.
 */
import * as vscode from 'vscode';
import * as z from 'zod';
import { ClientError } from '../../../client/clientError.ts';
import { relativePath, runId } from '../../../protocol/model/common.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import { type Choice, choose, tell } from '../../platform/notifications.ts';
import { changesBetween } from './changes.ts';
import type { RunFiles } from './runFiles.ts';
import { baseSide, folderSide, runSide, type Side } from './sides.ts';

export type CompareDeps = {
  readonly files: RunFiles;
  readonly runs: LiveList<RunSummary>;
  readonly folders: LaunchFolders;
};

/** As panels ask; from a tree comes a run, from the palette nothing. */
const request = z.object({
  runIds: z.array(runId).min(1).max(2),
  with: z.enum(['base', 'workspace']).optional(),
  path: relativePath.optional(),
});

type Sides = { readonly before: Side; readonly after: Side };
type Other = { readonly kind: 'base' | 'workspace' } | { readonly kind: 'run'; readonly runId: string };

/** More would be a scroll without end. */
const mostFiles = 500;

export async function compareCode(deps: CompareDeps, target: unknown): Promise<void> {
  const asked = request.safeParse(target);
  const path = asked.success ? asked.data.path : undefined;
  const sides = asked.success ? await sidesOf(deps, asked.data) : await chosenSides(deps, target);
  if (path !== undefined) await showFile(sides, path);
  else await showAll(sides);
}

async function sidesOf(deps: CompareDeps, { runIds, with: other }: z.infer<typeof request>): Promise<Sides> {
  const [one = '', two] = runIds;
  return bothSides(deps, one, two === undefined ? { kind: other ?? 'base' } : { kind: 'run', runId: two });
}

async function chosenSides(deps: CompareDeps, target: unknown): Promise<Sides> {
  const run = await pickRun(target, deps.runs.items, 'Compare the code of which run?');
  const here: readonly Choice<Other>[] = [
    { label: '$(git-commit) Its commit', description: 'what was uncommitted', value: { kind: 'base' } },
    { label: '$(folder) The folder now', description: 'what a launch would take', value: { kind: 'workspace' } },
  ];
  const others = deps.runs.items.filter(({ id }) => id !== run.id);
  const runs = others.map(
    ({ id, name, projectId }): Choice<Other> => ({
      label: spellOut(name),
      description: projectId,
      value: { kind: 'run', runId: id },
    }),
  );
  return bothSides(deps, run.id, await choose(`Compare ${spellOutWithin(run.name)} with`, [...here, ...runs]));
}

/** The older on the left: a commit before its changes, a run before the folder now, the first of two runs. */
async function bothSides({ files, folders }: CompareDeps, id: string, other: Other): Promise<Sides> {
  const code = await files.code(id);
  const run = runSide(code);
  if (other.kind === 'base') return { before: baseSide(code), after: run };
  if (other.kind === 'run') return { before: run, after: runSide(await files.code(other.runId)) };
  const folder = await folderOf(folders, code.run.projectId);
  return { before: run, after: await folderSide(folder, AbortSignal.timeout(120_000)) };
}

/** The folder that launches into the run's project; else the only one; else the person says. */
async function folderOf(folders: LaunchFolders, projectId: string): Promise<string> {
  const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const [first, second] = open;
  if (!first) {
    throw new ClientError('not-found', 'There is no folder open to compare with.', { remedy: 'Open one first.' });
  }
  const known = open.find(({ uri }) => folders.projectOf(uri.toString()) === projectId);
  if (known) return known.uri.fsPath;
  if (!second) return first.uri.fsPath;
  return choose(
    'Compare with which folder?',
    open.map(({ name, uri }) => ({ label: spellOut(name), description: spellOut(uri.fsPath), value: uri.fsPath })),
  );
}

async function showAll({ before, after }: Sides): Promise<void> {
  const changes = changesBetween(before.ids, after.ids);
  if (changes.length === 0) {
    tell('info', `The code of ${before.label} and ${after.label} is the same: ${after.ids.size} files.`);
    return;
  }
  const shown = changes.slice(0, mostFiles);
  const resources = shown.map(({ path, kind }) => [
    after.uri(path),
    kind === 'added' ? undefined : before.uri(path),
    kind === 'deleted' ? undefined : after.uri(path),
  ]);
  const counted = shown.length === changes.length ? '' : ` (first ${mostFiles} of ${changes.length} files)`;
  await vscode.commands.executeCommand('vscode.changes', `${before.label} ↔ ${after.label}${counted}`, resources);
}

/** A file that one side lacks is shown as it is on the other: there is nothing to compare. */
async function showFile({ before, after }: Sides, path: string): Promise<void> {
  if (before.ids.has(path) && after.ids.has(path)) {
    const title = `${spellOutWithin(path.slice(path.lastIndexOf('/') + 1))} (${before.label} ↔ ${after.label})`;
    await vscode.commands.executeCommand('vscode.diff', before.uri(path), after.uri(path), title, { preview: true });
    return;
  }
  const side = [after, before].find(({ ids }) => ids.has(path));
  if (!side) throw new ClientError('not-found', `Neither ${before.label} nor ${after.label} has ${path}.`);
  await vscode.commands.executeCommand(
    'vscode.open',
    side.uri(path),
    { preview: true },
    `${spellOutWithin(path)} (${side.label} only)`,
  );
}
