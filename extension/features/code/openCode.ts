/**
 * "Open Code of Run": as a read-only folder in this window or in another, as a
 * Git worktree, or as a copy on disk in a new window, where search, language servers and debuggers work as in
 * any folder. A copy that is there already is opened again and not overwritten.
 */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { ClientError } from '../../../client/clientError.ts';
import { relativePath, runId } from '../../../protocol/model/common.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import { codeUri } from '../../platform/codeUri.ts';
import { Cancelled } from '../../platform/failure.ts';
import { type Choice, choose } from '../../platform/notifications.ts';
import { type CodeEntry, type RunCode, scriptPathOf } from './runCode.ts';
import type { RunFiles } from './runFiles.ts';
import { folderName, type Worktrees } from './worktrees.ts';

export type OpenDeps = {
  readonly files: RunFiles;
  /** Where copies are kept. */
  readonly copies: vscode.Uri;
  readonly worktrees: Worktrees;
  /** Where the workspace files of read-only windows are kept. */
  readonly windows: vscode.Uri;
};

/** As panels ask for a file; without a path, for the script that the run ran. */
export const fileRequest = z.object({
  runId,
  path: relativePath.optional(),
  diff: z.boolean().default(false),
  line: z.int().positive().optional(),
});

const atOnce = 8;

export async function openFile(files: RunFiles, target: unknown): Promise<void> {
  const asked = fileRequest.parse(target);
  const code = await files.code(asked.runId);
  const path = asked.path ?? scriptPathOf(code);
  if (path === null) {
    throw new ClientError('not-found', `Which file ${code.run.name} ran is not known from its command.`, {
      remedy: 'Choose one in the Code tab of the run.',
    });
  }
  const uri = codeUri({ runId: asked.runId, of: 'code', path });
  if (asked.diff && code.base?.files.has(path)) {
    const title = `${spellOutWithin(path.slice(path.lastIndexOf('/') + 1))} (base ↔ ${spellOutWithin(code.run.name)})`;
    const base = codeUri({ runId: asked.runId, of: 'base', path });
    await vscode.commands.executeCommand('vscode.diff', base, uri, title, { preview: true });
  } else await vscode.commands.executeCommand('vscode.open', uri, { preview: true, ...at(asked.line) });
}

function at(line: number | undefined): { readonly selection?: vscode.Range } {
  return line === undefined ? {} : { selection: new vscode.Range(line - 1, 0, line - 1, 0) };
}

type Way = 'copy' | 'here' | 'window' | 'worktree';

export async function openFolder(deps: OpenDeps, id: string, how?: unknown): Promise<void> {
  const code = await deps.files.code(id);
  const way = ways.find(({ value }) => value === how)?.value ?? (await chooseWay(code));
  if (way === 'here') return addFolder(code);
  await vscode.commands.executeCommand('vscode.openFolder', await placeFor(deps, code, way), { forceNewWindow: true });
}

async function placeFor(deps: OpenDeps, code: RunCode, way: Way): Promise<vscode.Uri> {
  const { files, copies, worktrees, windows } = deps;
  if (way === 'window') return workspaceOf(code, windows);
  return way === 'worktree' ? worktrees.open(code.run) : copyOf(files, code, copies);
}

const ways: readonly Choice<Way>[] = [
  {
    label: '$(multiple-windows) A copy in a new window',
    detail: 'On disk: search, run, debug, change',
    value: 'copy',
  },
  {
    label: '$(git-branch) A Git worktree in a new window',
    detail: 'Of the open repository, on no branch: with its history, to commit from',
    value: 'worktree',
  },
  { label: '$(window) Read-only in a new window', detail: 'Nothing is copied', value: 'window' },
  { label: '$(folder-library) In this workspace', detail: 'Read-only, beside its other folders', value: 'here' },
];

/** A window with a single folder would become another workspace and lose what is open in it: there it is not offered. */
function chooseWay({ run }: RunCode): Promise<Way> {
  const isWorkspace = vscode.workspace.workspaceFile !== undefined;
  const offered = ways.filter(({ value }) => value !== 'here' || isWorkspace);
  return choose(`Open the code of ${spellOutWithin(run.name)}`, offered);
}

function addFolder({ run, origin }: RunCode): void {
  const uri = codeUri({ runId: run.id, of: 'code', path: '' });
  const open = vscode.workspace.workspaceFolders ?? [];
  if (open.some((folder) => folder.uri.toString() === uri.toString())) return;
  vscode.workspace.updateWorkspaceFolders(open.length, 0, { uri, name: `${spellOutWithin(run.name)} (${origin})` });
}

/** A workspace of that one folder: a window looks for what it opens before it knows our addresses. */
async function workspaceOf({ run, origin }: RunCode, windows: vscode.Uri): Promise<vscode.Uri> {
  const folder = codeUri({ runId: run.id, of: 'code', path: '' });
  const name = `${spellOutWithin(run.name)} (${origin})`;
  const file = join(windows.fsPath, run.id, `${folderName(run.name)}.code-workspace`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ folders: [{ uri: folder.toString(), name }] }));
  return vscode.Uri.file(file);
}

/** Written beside its place and then moved there: there is a whole copy or none. */
async function copyOf(files: RunFiles, { run, code }: RunCode, copies: vscode.Uri): Promise<vscode.Uri> {
  const folder = join(copies.fsPath, run.id, folderName(run.name));
  if (await stat(folder).catch(() => null)) return vscode.Uri.file(folder);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Copying ${spellOutWithin(run.name)}`,
    cancellable: true,
  };
  try {
    await vscode.window.withProgress(options, async (progress, token) => {
      const stopping = new AbortController();
      token.onCancellationRequested(() => stopping.abort());
      await writeAll({ files, entries: [...code.files], folder: partial, signal: stopping.signal, progress });
    });
    await rename(partial, folder);
    return vscode.Uri.file(folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

type Writing = {
  readonly files: RunFiles;
  readonly entries: (readonly [path: string, entry: CodeEntry])[];
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: vscode.Progress<{ message?: string; increment?: number }>;
};

async function writeAll({ files, entries, folder, signal, progress }: Writing): Promise<void> {
  const total = entries.length;
  const next = async (): Promise<void> => {
    for (let item = entries.pop(); item; item = entries.pop()) {
      if (signal.aborted) throw new Cancelled();
      const [path, entry] = item;
      const file = join(folder, ...path.split('/'));
      await mkdir(dirname(file), { recursive: true });
      const mode = entry.kind === 'executable' ? 0o755 : 0o644;
      await writeFile(file, await files.read(entry, signal), { flag: 'wx', mode });
      progress.report({ message: `${total - entries.length} of ${total} files`, increment: 100 / total });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, total) }, next));
}
