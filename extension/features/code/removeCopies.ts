/** Removes what was put on disk from runs: worktrees and copies, those with work in them only after asking. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import { type Choice, chooseMany, confirm, tell } from '../../platform/notifications.ts';
import { plural } from '../../platform/plainText.ts';
import { changedIn, ownCommits, type RunFolder, removeFolder, runFolders } from './worktrees.ts';

type Found = RunFolder & { readonly changed: number | null; readonly commits: number };

export async function removeCopies(places: readonly string[], runs: readonly RunSummary[]): Promise<void> {
  const found = await look(places);
  if (found.length === 0) {
    tell('info', 'There are no worktrees and no copies of runs on this machine. "Open Code of Run" makes them.');
    return;
  }
  const chosen = await chooseMany(
    'Remove which worktrees and copies of runs?',
    found.map((each) => choiceOf(each, runs)),
  );
  const worked = chosen.filter(({ isWorktree, changed, commits }) => !isWorktree || changed !== 0 || commits > 0);
  if (worked.length > 0) {
    const detail = worked.map((each) => `${spellOut(basename(each.path))}: ${stateOf(each)}`).join('\n');
    await confirm(`${plural(worked.length, 'folder')} may have work that is nowhere else`, detail, 'Remove');
  }
  for (const each of chosen) await removeFolder(each);
  if (chosen.length > 0) tell('info', `${plural(chosen.length, 'folder')} removed.`);
}

async function look(places: readonly string[]): Promise<readonly Found[]> {
  const open = new Set((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath));
  const folders = (await Promise.all(places.map(runFolders))).flat().filter(({ path }) => !open.has(path));
  return Promise.all(
    folders.map(async (folder) => ({ ...folder, changed: await changedIn(folder), commits: await ownCommits(folder) })),
  );
}

function choiceOf(found: Found, runs: readonly RunSummary[]): Choice<Found> {
  const run = runs.find(({ id }) => id === found.runId);
  return {
    label: `${found.isWorktree ? '$(git-branch)' : '$(files)'} ${spellOut(run?.name ?? basename(found.path))}`,
    description: stateOf(found),
    detail: spellOut(found.path),
    value: found,
  };
}

function stateOf({ isWorktree, changed, commits }: Found): string {
  if (!isWorktree) return 'a copy, changed or not';
  const parts = [
    changed === null ? 'a worktree whose repository is gone' : changed > 0 && `${plural(changed, 'file')} changed`,
    commits > 0 && `${plural(commits, 'commit')} on no branch`,
  ];
  return parts.filter(Boolean).join(', ') || 'a worktree, unchanged';
}
