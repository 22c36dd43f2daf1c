/**
 * Addresses of what runs have in the editor: `flywheel:/runs/RUN/code/PATH`, its base beside it, and its artifacts;
 * and of commits, `flywheel:/commits/PROJECT/COMMIT/PATH`.
 */
import * as vscode from 'vscode';
import { commitId, isSafeRelativePath, slug } from '../../protocol/model/common.ts';

export const codeScheme = 'flywheel';

export const codeParts = ['code', 'base', 'artifacts'] as const;
export type CodePart = (typeof codeParts)[number];
export type CodeAddress = { readonly runId: string; readonly of: CodePart; readonly path: string };

export type CommitAddress = { readonly projectId: string; readonly commit: string; readonly path: string };

/** What an address stands for: the list of runs, one run, a place in what it has, or one in a commit. */
export type CodePlace =
  | { readonly kind: 'runs' }
  | { readonly kind: 'run'; readonly runId: string }
  | ({ readonly kind: 'inside' } & CodeAddress)
  | ({ readonly kind: 'commit' } & CommitAddress);

export function codeUri({ runId, of, path }: CodeAddress): vscode.Uri {
  const inside = path === '' ? '' : `/${path}`;
  return vscode.Uri.from({ scheme: codeScheme, path: `/runs/${runId}/${of}${inside}` });
}

export function commitUri({ projectId, commit, path }: CommitAddress): vscode.Uri {
  const inside = path === '' ? '' : `/${path}`;
  return vscode.Uri.from({ scheme: codeScheme, path: `/commits/${projectId}/${commit}${inside}` });
}

/** Null for what is no address of ours. */
export function parseCodeUri(uri: vscode.Uri): CodePlace | null {
  const [top = '', ...rest] = uri.path.split('/').filter((part) => part !== '');
  if (top === 'commits') return parseCommit(rest);
  if (top === '' || (top === 'runs' && rest.length === 0)) return { kind: 'runs' };
  return top === 'runs' ? parseRun(rest) : null;
}

function parseRun([runId = '', of, ...rest]: readonly string[]): CodePlace | null {
  if (!/^[\w-]{1,256}$/.test(runId)) return null;
  if (of === undefined) return { kind: 'run', runId };
  const part = codeParts.find((each) => each === of);
  const path = rest.join('/');
  return part && isSafeRelativePath(path) ? { kind: 'inside', runId, of: part, path } : null;
}

function parseCommit([projectId, commit, ...rest]: readonly string[]): CodePlace | null {
  const path = rest.join('/');
  const project = slug.safeParse(projectId);
  const id = commitId.safeParse(commit);
  if (!project.success || !id.success || !isSafeRelativePath(path)) return null;
  return { kind: 'commit', projectId: project.data, commit: id.data, path };
}
