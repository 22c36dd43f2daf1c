/** Addresses of what runs have in the editor: `flywheel:/runs/RUN/code/PATH`, its base beside it, and its artifacts. */
import * as vscode from 'vscode';
import { isSafeRelativePath } from '../../protocol/model/common.ts';

export const codeScheme = 'flywheel';

export const codeParts = ['code', 'base', 'artifacts'] as const;
export type CodePart = (typeof codeParts)[number];
export type CodeAddress = { readonly runId: string; readonly of: CodePart; readonly path: string };

/** What an address stands for: the list of runs, one run, or a place in what it has. */
export type CodePlace =
  | { readonly kind: 'runs' }
  | { readonly kind: 'run'; readonly runId: string }
  | ({ readonly kind: 'inside' } & CodeAddress);

export function codeUri({ runId, of, path }: CodeAddress): vscode.Uri {
  const inside = path === '' ? '' : `/${path}`;
  return vscode.Uri.from({ scheme: codeScheme, path: `/runs/${runId}/${of}${inside}` });
}

/** Null for what is no address of ours. */
export function parseCodeUri(uri: vscode.Uri): CodePlace | null {
  const [top = '', runId, of, ...rest] = uri.path.split('/').filter((part) => part !== '');
  if (top === '' || (top === 'runs' && runId === undefined)) return { kind: 'runs' };
  if (top !== 'runs' || runId === undefined || !/^[\w-]{1,256}$/.test(runId)) return null;
  if (of === undefined) return { kind: 'run', runId };
  const part = codeParts.find((each) => each === of);
  const path = rest.join('/');
  return part && isSafeRelativePath(path) ? { kind: 'inside', runId, of: part, path } : null;
}
