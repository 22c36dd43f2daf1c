/** Two sides of code in the editor: all that differs in its multi-file diff, or one file in its diff. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import { tell } from '../../platform/notifications.ts';
import { type Change, changesBetween } from './changes.ts';
import { isNotebook, notebookPairs, type Pair } from './notebookParts.ts';
import type { Side } from './sides.ts';

export type Sides = { readonly before: Side; readonly after: Side };

/** More would be a scroll without end. */
const mostFiles = 500;
/** Both sides of each are read before anything is shown. */
const mostNotebooks = 50;

export async function showAll(sides: Sides): Promise<void> {
  const { before, after } = sides;
  const changes = changesBetween(before.ids, after.ids);
  if (changes.length === 0) {
    tell('info', `The code of ${before.label} and ${after.label} is the same: ${after.ids.size} files.`);
    return;
  }
  const shown = changes.slice(0, mostFiles);
  const counted = shown.length === changes.length ? '' : ` (first ${mostFiles} of ${changes.length} files)`;
  await showChanges(`${before.label} ↔ ${after.label}${counted}`, sides, shown);
}

export async function showChanges(title: string, sides: Sides, changes: readonly Change[]): Promise<void> {
  const pairs = (await allPairs(sides, changes)).map(({ before, after }) => [after ?? before, before, after]);
  await vscode.commands.executeCommand('vscode.changes', title, pairs);
}

async function allPairs({ before, after }: Sides, changes: readonly Change[]): Promise<readonly Pair[]> {
  const notebooks = new Set(changes.filter(({ path }) => isNotebook(path)).slice(0, mostNotebooks));
  const pairs = await Promise.all(
    changes.map((change): Promise<readonly Pair[]> | readonly Pair[] => {
      const pair = {
        before: change.kind === 'added' ? undefined : before.uri(change.path),
        after: change.kind === 'deleted' ? undefined : after.uri(change.path),
      };
      return notebooks.has(change) ? notebookPairs(pair) : [pair];
    }),
  );
  return pairs.flat();
}

/** A file that one side lacks is shown as it is on the other: there is nothing to compare. */
export async function showFile({ before, after }: Sides, path: string): Promise<void> {
  if (before.ids.has(path) && after.ids.has(path)) {
    const title = `${spellOutWithin(path.slice(path.lastIndexOf('/') + 1))} (${before.label} ↔ ${after.label})`;
    await vscode.commands.executeCommand('vscode.diff', before.uri(path), after.uri(path), title, { preview: true });
    return;
  }
  const side = [after, before].find(({ ids }) => ids.has(path));
  if (!side) {
    throw new ClientError('not-found', `Neither ${before.label} nor ${after.label} has ${path}.`, {
      remedy: 'Files that Git ignores are part of no run.',
    });
  }
  await vscode.commands.executeCommand(
    'vscode.open',
    side.uri(path),
    { preview: true },
    `${spellOutWithin(path)} (${side.label} only)`,
  );
}
