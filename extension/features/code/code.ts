/**
 * The code of runs as read-only documents, `flywheel:/RUN/snapshot/PATH` and
 * `flywheel:/RUN/base/PATH`: what a run was started from is looked at and
 * compared in the editor itself, as code is everywhere else.
 */
import * as vscode from 'vscode';
import { ClientError, toClientError } from '../../../client/clientError.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { type CodeAddress, codeScheme, parseCodeUri } from '../../platform/codeUri.ts';

export type CodeDeps = { readonly server: ServerConnection };

export function registerCode({ server }: CodeDeps): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(codeScheme, {
    provideTextDocumentContent: (uri) => contentOf(server, parseCodeUri(uri)),
  });
}

async function contentOf(server: ServerConnection, { runId, of, path }: CodeAddress): Promise<string> {
  await server.ready(AbortSignal.timeout(15_000));
  try {
    const { content, truncated, bytes } = await server.client.runs.previewCode({ runId, path, of });
    if (content.encoding === 'base64') return `(${bytes} bytes that are no text)`;
    return truncated ? `${content.text}\n(the beginning of ${bytes} bytes)` : content.text;
  } catch (error) {
    // Added in the snapshot or deleted from it: one side of the comparison is empty.
    if (toClientError(error).reason === 'not-found') return '';
    throw error instanceof ClientError ? error : toClientError(error);
  }
}
