/**
 * "Restore Files From Run": shows what would change, lets the person choose,
 * asks before work is replaced that is nowhere else, and can be undone.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import { repositoryPath } from '../../connection/repositoryPlace.ts';
import { parseCodeUri } from '../../platform/codeUri.ts';
import type { Commands } from '../../platform/commands.ts';
import { type Choice, chooseMany, confirm, tell } from '../../platform/notifications.ts';
import { plural } from '../../platform/plainText.ts';
import { folderOf } from './folders.ts';
import { changedSince, type FileToPut, lastAside, putAside, putFiles, undo } from './putBack.ts';
import { planRestore, type Restored } from './restorePlan.ts';
import type { RunCode } from './runCode.ts';
import type { RunFiles } from './runFiles.ts';
import { showChanges } from './showSides.ts';
import { type FolderSide, folderSide, runSide } from './sides.ts';

export type RestoreDeps = {
  readonly commands: Commands;
  readonly files: RunFiles;
  readonly runs: LiveList<RunSummary>;
  readonly folders: LaunchFolders;
  /** Where what was replaced is kept. */
  readonly shelf: string;
};

const mostChoices = 2000;
const mostNamed = 10;
const patienceMs = 120_000;

export async function restoreFiles(deps: RestoreDeps, target: unknown): Promise<void> {
  const { within, run } = await wantedOf(deps, target);
  const code = await deps.files.code(run);
  const side = await folderSide(await folderOf(deps.folders, code.run.projectId), AbortSignal.timeout(patienceMs));
  const plan = await planOf(code, side, within);
  if (plan.length === 0) {
    tell('info', `The folder has ${within === '' ? 'all files' : within} as ${spellOutWithin(code.run.name)} had it.`);
    return;
  }
  // The question stays while the person goes on writing.
  const chosen = (await chooseFiles(plan, { code, side })).map((each) => withUnsaved(each, side));
  if (chosen.length === 0) return;
  await confirmLosses(chosen, code);
  await putThem(deps, chosen, { code, side });
  const words = `${plural(chosen.length, 'file')} restored from ${spellOutWithin(code.run.name)}.`;
  tell('info', words, [{ title: 'Undo', run: () => deps.commands.run('flywheel.code.undoRestore') }]);
}

export async function undoRestore({ shelf }: RestoreDeps): Promise<void> {
  const last = await lastAside(shelf);
  if (last === null) {
    tell('info', 'There is no restore of files to undo. "Restore Files From Run" makes one.');
    return;
  }
  const open = unsavedAmong(last.files.map(({ path }) => vscode.Uri.file(join(last.root, path))));
  const changed = [...(await changedSince(last)), ...open.map(({ uri }) => vscode.workspace.asRelativePath(uri))];
  if (changed.length > 0) {
    const detail = `${listOf(changed)}\n\nWhat was written there since is lost.`;
    await confirm(`${plural(changed.length, 'file')} changed since they were restored`, detail, 'Undo Anyway');
  }
  for (const document of open) await document.save();
  await undo(last);
  const files = plural(last.files.length, 'file');
  tell('info', `${files} back as before the restore from ${spellOutWithin(last.title)}.`);
}

type Wanted = { readonly run: string; readonly within: string };

/** A file of a run, a file or folder on disk, a run of the tree; from the palette nothing. */
async function wantedOf({ runs }: RestoreDeps, target: unknown): Promise<Wanted> {
  const title = 'Restore files from which run?';
  if (!(target instanceof vscode.Uri)) return { run: (await pickRun(target, runs.items, title)).id, within: '' };
  const place = parseCodeUri(target);
  if (target.scheme !== 'file' && place?.kind === 'inside') return { run: place.runId, within: place.path };
  const folder = vscode.workspace.getWorkspaceFolder(target);
  const within = folder && target.scheme === 'file' ? await repositoryPath(folder, target) : '';
  const { id } = await pickRun(
    undefined,
    runs.items,
    within === '' ? title : `Restore ${spellOut(within)} from which run?`,
  );
  return { run: id, within };
}

async function planOf({ run, code }: RunCode, side: FolderSide, within: string): Promise<readonly Restored[]> {
  const wanted = [...code.files].filter(([, { kind }]) => kind !== 'link');
  const links = [...code.files].filter(([, { kind }]) => kind === 'link').map(([path]) => path);
  const now = new Map([...side.ids].filter(([path]) => !links.includes(path)));
  const ignored = new Set<string>();
  for (const [path] of wanted) if (!now.has(path) && (await isThere(join(side.root, path)))) ignored.add(path);
  const { committed, unsaved } = side;
  const runIds = new Map(wanted.map(([path, { id }]) => [path, id]));
  const plan = planRestore({ run: runIds, now, committed, unsaved, ignored }, within);
  const isKnown = within === '' || [...runIds.keys()].some((path) => path === within || path.startsWith(`${within}/`));
  if (isKnown) return plan;
  throw new ClientError('not-found', `${spellOutWithin(run.name)} had no ${within} in its code.`, {
    remedy: 'Choose another run. Files that Git ignores are part of none.',
  });
}

type Between = { readonly code: RunCode; readonly side: FolderSide };

/** With all that would change in the editor behind the question. */
async function chooseFiles(plan: readonly Restored[], { code, side }: Between): Promise<readonly Restored[]> {
  const name = spellOutWithin(code.run.name);
  const kinds = { replace: 'modified', create: 'added', delete: 'deleted' } as const;
  const changes = plan.slice(0, mostChoices).map(({ path, does }) => ({ path, kind: kinds[does] }));
  await showChanges(`Restore from ${name}: now ↔ then`, { before: side, after: runSide(code) }, changes);
  const choices = plan.slice(0, mostChoices).map(choiceOf);
  const placeHolder = 'Which files? The editor shows what would change';
  return chooseMany(`Restore from ${name} into ${spellOut(side.root)}`, choices, { ignoreFocusOut: true, placeHolder });
}

const deeds = {
  replace: '$(edit) replaced',
  create: '$(add) created',
  delete: '$(trash) deleted: the run had none',
} as const;
const losses = { unsaved: '$(warning) not saved', uncommitted: '$(warning) in no commit' } as const;

function choiceOf(restored: Restored): Choice<Restored> & { readonly picked: boolean } {
  const { path, does, loses } = restored;
  const description = [deeds[does], loses && losses[loses]].filter(Boolean).join(' · ');
  return { label: spellOut(path), description, picked: does !== 'delete', value: restored };
}

async function confirmLosses(chosen: readonly Restored[], { run }: RunCode): Promise<void> {
  const lost = chosen.filter(({ loses }) => loses !== null);
  if (lost.length === 0) return;
  const files = plural(lost.length, 'file');
  const detail = `${listOf(lost.map(({ path }) => path))}\n\nIt is kept aside: "Undo Last Restore of Files" brings it back.`;
  await confirm(
    `Replace work in ${files} that is not saved or in no commit, by what ${spellOutWithin(run.name)} had?`,
    detail,
    'Restore',
  );
}

async function putThem(
  { files, shelf }: RestoreDeps,
  chosen: readonly Restored[],
  { code, side }: Between,
): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Restoring files', cancellable: true };
  await vscode.window.withProgress(options, async (_progress, token) => {
    const stopping = new AbortController();
    token.onCancellationRequested(() => stopping.abort());
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(patienceMs)]);
    const put: FileToPut[] = [];
    for (const { path } of chosen) {
      const entry = code.code.files.get(path);
      const text = unsavedAmong([side.uri(path)])[0]?.getText();
      const content = entry ? await files.read(entry, signal) : null;
      put.push({
        path,
        content,
        executable: entry?.kind === 'executable',
        ...(text !== undefined && { unsaved: Buffer.from(text) }),
      });
    }
    signal.throwIfAborted();
    await putAside(shelf, { root: side.root, title: code.run.name, files: put });
    // An editor with unsaved text would stand against what is written below it.
    for (const document of unsavedAmong(chosen.map(({ path }) => side.uri(path)))) await document.save();
    await putFiles(side.root, put);
  });
}

function unsavedAmong(uris: readonly vscode.Uri[]): readonly vscode.TextDocument[] {
  const wanted = new Set(uris.map((uri) => uri.toString()));
  return vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && wanted.has(uri.toString()));
}

function withUnsaved(restored: Restored, side: FolderSide): Restored {
  return unsavedAmong([side.uri(restored.path)]).length > 0 ? { ...restored, loses: 'unsaved' } : restored;
}

function listOf(paths: readonly string[]): string {
  const named = paths.slice(0, mostNamed).map(spellOut);
  const more = paths.length > mostNamed ? [`and ${paths.length - mostNamed} more`] : [];
  return [...named, ...more].join('\n');
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
