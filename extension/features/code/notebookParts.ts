/** Notebooks among many compared files: their sources and their outputs as documents of text, in place of their JSON. */
import * as vscode from 'vscode';
import { type NotebookText, notebookText } from './notebookText.ts';

export const notebookScheme = 'flywheel-notebook';

/** What is compared of a file: the same of both sides, either of which may lack it. */
export type Pair = { readonly before: vscode.Uri | undefined; readonly after: vscode.Uri | undefined };

const names = { sources: 'sources.py', outputs: 'outputs.txt' } as const;
const parts = ['sources', 'outputs'] as const;

/** The parts in which they differ; the notebooks themselves where those cannot be told. */
export async function notebookPairs({ before, after }: Pair): Promise<readonly Pair[]> {
  const [old, now] = await Promise.all([readNotebook(before), readNotebook(after)]);
  if ((before && !old) || (after && !now)) return [{ before, after }];
  const differing = parts.filter((part) => (old?.[part] ?? '') !== (now?.[part] ?? ''));
  if (differing.length === 0) return [{ before, after }];
  return differing.map((part) => ({ before: before && partUri(before, part), after: after && partUri(after, part) }));
}

export function isNotebook(path: string): boolean {
  return path.endsWith('.ipynb');
}

export class NotebookParts implements vscode.TextDocumentContentProvider {
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const found = await readNotebook(vscode.Uri.parse(uri.query, true));
    const part = parts.find((each) => uri.path.endsWith(`/${names[each]}`)) ?? 'sources';
    return found?.[part] ?? '';
  }
}

function partUri(uri: vscode.Uri, part: (typeof parts)[number]): vscode.Uri {
  return vscode.Uri.from({ scheme: notebookScheme, path: `${uri.path}/${names[part]}`, query: uri.toString() });
}

async function readNotebook(uri: vscode.Uri | undefined): Promise<NotebookText | null> {
  if (!uri) return null;
  const content = await vscode.workspace.fs.readFile(uri).then(
    (bytes) => bytes,
    () => null,
  );
  return content && notebookText(content);
}
