/** The two sides of a comparison: a run's code, its base, a commit, or what the open folder has now. */
import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import { type CodePart, codeUri, commitUri } from '../../platform/codeUri.ts';
import type { CodeTree, RunCode } from './runCode.ts';
import type { RunFiles } from './runFiles.ts';

export type Side = {
  readonly label: string;
  /** Ids of contents by path. */
  readonly ids: ReadonlyMap<string, string>;
  uri(path: string): vscode.Uri;
};

export type FolderSide = Side & {
  readonly root: string;
  /** Ids of contents of the commit that it stands on. */
  readonly committed: ReadonlyMap<string, string>;
  readonly unsaved: ReadonlyMap<string, vscode.TextDocument>;
};

export function runSide({ run, code }: RunCode): Side {
  return sideOf(code, { label: spellOutWithin(run.name), runId: run.id, of: 'code' });
}

export function baseSide({ run, base }: RunCode): Side {
  if (base === null) {
    throw new ClientError('not-found', `The code of ${run.name} has no commit that it was made from.`, {
      remedy: 'Compare it with another run or with the open folder.',
    });
  }
  const commit = run.code?.base?.slice(0, 8) ?? 'base';
  return sideOf(base, { label: commit, runId: run.id, of: 'base' });
}

export async function commitSide(
  { files }: { readonly files: RunFiles },
  projectId: string,
  commit: string,
): Promise<Side> {
  const tree = await files.commit(projectId, commit);
  return {
    label: commit.slice(0, 8),
    ids: idsIn(tree),
    uri: (path) => commitUri({ projectId, commit, path }),
  };
}

/** As a launch would take it now, and what is not saved yet: what is ignored there is left out here. */
export async function folderSide(folder: string, signal: AbortSignal): Promise<FolderSide> {
  const { takeSnapshot } = await import('../../../client/snapshot/main.ts');
  const { root, files, committed } = await takeSnapshot(folder, { signal });
  const ids = idsOf(files);
  const unsaved = new Map<string, vscode.TextDocument>();
  for (const document of unsavedIn(root)) {
    const path = relative(root, document.uri.fsPath).split(sep).join('/');
    unsaved.set(path, document);
    if (ids.has(path)) ids.set(path, contentId(document.getText()));
  }
  const uri = (path: string) => vscode.Uri.joinPath(vscode.Uri.file(root), path);
  return { label: 'now', ids, uri, root, committed: idsOf(committed), unsaved };
}

function idsOf(leaves: ReadonlyMap<string, { readonly oid: string }>): Map<string, string> {
  return new Map([...leaves].map(([path, { oid }]) => [path, oid]));
}

function unsavedIn(root: string): readonly vscode.TextDocument[] {
  const dirty = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file');
  return dirty.filter(({ uri }) => !relative(root, uri.fsPath).startsWith('..'));
}

/** As Git names a content. */
function contentId(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

type Named = { readonly label: string; readonly runId: string; readonly of: CodePart };

function sideOf(tree: CodeTree, { label, runId, of }: Named): Side {
  return { label, ids: idsIn(tree), uri: (path) => codeUri({ runId, of, path }) };
}

function idsIn(tree: CodeTree): ReadonlyMap<string, string> {
  return new Map([...tree.files].map(([path, { id }]) => [path, id]));
}
