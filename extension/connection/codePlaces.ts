/** Which file of which project a document is: of a run's code, or of a folder that was launched from. */
import * as vscode from 'vscode';
import { codeScheme, parseCodeUri } from '../platform/codeUri.ts';
import type { LaunchFolders } from './launchFolders.ts';
import { repositoryPath } from './repositoryPlace.ts';
import type { ServerConnection } from './serverConnection.ts';

export type CodePlace = { readonly projectId: string; readonly path: string; readonly commit: string | null };

type Deps = { readonly server: ServerConnection; readonly folders: Pick<LaunchFolders, 'projectOf'> };

/** Null for what belongs to no project that is known. */
export async function codePlaceOf(uri: vscode.Uri, { server, folders }: Deps): Promise<CodePlace | null> {
  if (uri.scheme === codeScheme) return ofRun(uri, server);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const projectId = folder && uri.scheme === 'file' ? folders.projectOf(folder.uri.toString()) : null;
  if (!folder || projectId === null) return null;
  return { projectId, path: await repositoryPath(folder, uri), commit: null };
}

async function ofRun(uri: vscode.Uri, server: ServerConnection): Promise<CodePlace | null> {
  const place = parseCodeUri(uri);
  if (place?.kind === 'commit') return place;
  if (place?.kind !== 'inside' || place.of !== 'code' || place.path === '') return null;
  const { projectId, code } = await server.client.runs.get({ runId: place.runId });
  return { projectId, path: place.path, commit: code?.commit ?? null };
}
