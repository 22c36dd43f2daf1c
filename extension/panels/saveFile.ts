/** Saves what a panel offers where the person says: what it made, or a whole artifact or log straight from the server. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path/posix';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import * as vscode from 'vscode';
import { ClientError } from '../../client/clientError.ts';
import type { FlywheelClient } from '../../client/connection/connection.ts';
import type { AuditFilter } from '../../protocol/model/audit.ts';
import type { TextFile } from '../../protocol/model/environmentFiles.ts';
import { spellOut } from '../../protocol/spellOut.ts';

export type SaveRequest =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'bytes'; readonly name: string; readonly base64: string }
  | { readonly kind: 'artifact'; readonly runId: string; readonly path: string }
  | { readonly kind: 'log'; readonly runId: string }
  | { readonly kind: 'audit'; readonly filter: AuditFilter }
  | { readonly kind: 'files'; readonly name: string; readonly files: readonly TextFile[] };

type Source = {
  readonly target: { readonly url: string; readonly token: string };
  readonly client: Pick<FlywheelClient, 'runs' | 'audit'>;
};

export async function saveFile(request: SaveRequest, server: Source, signal: AbortSignal | undefined): Promise<void> {
  if (request.kind === 'files') return saveFolder(request.files);
  const name = nameOf(request);
  const file = await vscode.window.showSaveDialog({ defaultUri: suggestion(name), title: `Save ${spellOut(name)}` });
  if (!file) return;
  if (request.kind === 'text') await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(request.text));
  else if (request.kind === 'bytes') await vscode.workspace.fs.writeFile(file, Buffer.from(request.base64, 'base64'));
  else if (request.kind === 'log') await write(file, logOf(request.runId, server, signal), signal);
  else if (request.kind === 'audit') await write(file, eventsOf(request.filter, server, signal), signal);
  else await write(file, await artifactOf(request, server, signal), signal);
}

/** Into a folder that the person picks; what lies there already is only replaced when they say so. */
async function saveFolder(files: readonly TextFile[]): Promise<void> {
  const options = { canSelectFolders: true, canSelectFiles: false, openLabel: 'Save Here' };
  const [folder] = (await vscode.window.showOpenDialog(options)) ?? [];
  if (!folder) return;
  const targets = files.map(({ path, text }) => ({ path, text, file: vscode.Uri.joinPath(folder, path) }));
  const present: string[] = [];
  for (const { path, file } of targets) if (await exists(file)) present.push(path);
  const replace = 'Replace';
  const question = `${present.join(', ')} ${present.length === 1 ? 'is' : 'are'} there already.`;
  if (present.length > 0 && (await vscode.window.showWarningMessage(question, { modal: true }, replace)) !== replace)
    return;
  for (const { file, text } of targets) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}

function nameOf(request: Exclude<SaveRequest, { kind: 'files' }>): string {
  if (request.kind === 'log') return `${request.runId}.log`;
  if (request.kind === 'audit') return 'audit.jsonl';
  return request.kind === 'artifact' ? basename(request.path) : request.name;
}

/** The last part only: a name from the server must not choose a folder. */
function suggestion(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(process.cwd());
  return vscode.Uri.joinPath(folder, basename(name).replace(/[\\/:*?"<>|]/g, '_') || 'file');
}

type Artifact = Extract<SaveRequest, { kind: 'artifact' }>;

async function artifactOf({ runId, path }: Artifact, server: Source, signal: AbortSignal | undefined) {
  const { url, token } = server.target;
  const address = new URL(`/api/runs/${encodeURIComponent(runId)}/artifacts/file`, url);
  address.searchParams.set('path', path);
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal });
  if (response.ok && response.body) return Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  const text = `The server did not hand out ${path} (status ${response.status}).`;
  throw new ClientError(response.status === 404 ? 'not-found' : 'failed', text);
}

/** What is there so far, with a word where output was left out. */
async function* logOf(runId: string, { client }: Source, signal: AbortSignal | undefined): AsyncGenerator<string> {
  for await (const chunk of await client.runs.logs({ runId, follow: false }, { signal })) {
    if (chunk.kind === 'text') yield chunk.text;
    else if (chunk.kind === 'gap') yield `\n[${chunk.bytes} bytes left out]\n`;
  }
}

async function* eventsOf(
  filter: AuditFilter,
  { client }: Source,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  for await (const { text } of await client.audit.export(filter, { signal })) yield text;
}

/** Streamed to disk: it may be larger than memory. A half written file would pass for a whole one. */
async function write(
  file: vscode.Uri,
  source: Readable | AsyncIterable<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await pipeline(source, createWriteStream(file.fsPath), { signal });
  } catch (error) {
    await rm(file.fsPath, { force: true });
    throw error;
  }
}
