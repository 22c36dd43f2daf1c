/** Addresses of the code of runs in the editor. */
import * as vscode from 'vscode';

export const codeScheme = 'flywheel';

export type CodeAddress = { readonly runId: string; readonly of: 'snapshot' | 'base'; readonly path: string };

export function codeUri({ runId, of, path }: CodeAddress): vscode.Uri {
  return vscode.Uri.from({ scheme: codeScheme, path: `/${runId}/${of}/${path}` });
}

export function parseCodeUri(uri: vscode.Uri): CodeAddress {
  const [, runId = '', of = '', ...path] = uri.path.split('/');
  return { runId, of: of === 'base' ? 'base' : 'snapshot', path: path.join('/') };
}

export async function openCode(input: { runId: string; path: string; diff: boolean }): Promise<void> {
  const snapshot = codeUri({ ...input, of: 'snapshot' });
  if (!input.diff) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(snapshot), { preview: true });
    return;
  }
  const base = codeUri({ ...input, of: 'base' });
  const title = `${input.path.slice(input.path.lastIndexOf('/') + 1)} (base ↔ run)`;
  await vscode.commands.executeCommand('vscode.diff', base, snapshot, title, { preview: true });
}
