/** The two sides of a comparison: a run's code, its base, or what the open folder has now. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import { type CodePart, codeUri } from '../../platform/codeUri.ts';
import type { CodeTree, RunCode } from './runCode.ts';

export type Side = {
  readonly label: string;
  /** Ids of contents by path. */
  readonly ids: ReadonlyMap<string, string>;
  uri(path: string): vscode.Uri;
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

/** As a launch would take it now: what is ignored there is left out here. */
export async function folderSide(folder: string, signal: AbortSignal): Promise<Side> {
  const { takeSnapshot } = await import('../../../client/snapshot/main.ts');
  const { root, files } = await takeSnapshot(folder, { signal });
  const ids = new Map([...files].map(([path, { oid }]) => [path, oid]));
  return { label: 'now', ids, uri: (path) => vscode.Uri.joinPath(vscode.Uri.file(root), path) };
}

type Named = { readonly label: string; readonly runId: string; readonly of: CodePart };

function sideOf(tree: CodeTree, { label, runId, of }: Named): Side {
  const ids = new Map([...tree.files].map(([path, { id }]) => [path, id]));
  return { label, ids, uri: (path) => codeUri({ runId, of, path }) };
}
