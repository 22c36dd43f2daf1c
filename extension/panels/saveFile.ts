/** Saves what a panel offers where the person says: text, or a whole artifact straight from the server. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path/posix';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import * as vscode from 'vscode';
import { ClientError } from '../../client/clientError.ts';

export type SaveRequest =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'artifact'; readonly runId: string; readonly path: string };

type Source = { readonly target: { readonly url: string; readonly token: string } };

export async function saveFile(request: SaveRequest, server: Source, signal: AbortSignal | undefined): Promise<void> {
  const name = request.kind === 'text' ? request.name : basename(request.path);
  const file = await vscode.window.showSaveDialog({ defaultUri: suggestion(name), title: `Save ${name}` });
  if (!file) return;
  if (request.kind === 'text') await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(request.text));
  else await download({ server, request, file, signal });
}

/** The last part only: a name from the server must not choose a folder. */
function suggestion(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(process.cwd());
  return vscode.Uri.joinPath(folder, basename(name).replace(/[\\/:*?"<>|]/g, '_') || 'file');
}

type Download = {
  readonly server: Source;
  readonly request: Extract<SaveRequest, { kind: 'artifact' }>;
  readonly file: vscode.Uri;
  readonly signal: AbortSignal | undefined;
};

/** Streamed to disk: an artifact may be larger than memory. */
async function download({ server, request, file, signal }: Download): Promise<void> {
  const { url, token } = server.target;
  const address = new URL(`/api/runs/${encodeURIComponent(request.runId)}/artifacts/file`, url);
  address.searchParams.set('path', request.path);
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal });
  if (!response.ok || !response.body) {
    const text = `The server did not hand out ${request.path} (status ${response.status}).`;
    throw new ClientError(response.status === 404 ? 'not-found' : 'failed', text);
  }
  try {
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, createWriteStream(file.fsPath), { signal });
  } catch (error) {
    await rm(file.fsPath, { force: true });
    throw error;
  }
}
