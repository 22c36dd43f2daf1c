/** Writes a `sweep.yaml` to start from, for a script or from the launch form, and opens it. It never overwrites one. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { type SweepSketch, sweepTemplate } from './sweepTemplate.ts';

export async function newSweep(target: unknown): Promise<void> {
  const { folder, sketch } = placeOf(target);
  const uri = await freeName(folder);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(sweepTemplate(sketch)));
  await vscode.window.showTextDocument(uri);
}

type Asked = SweepSketch & { readonly folderId: string };

/** From the launch form its fields, from the palette the script at hand. */
function placeOf(target: unknown): { readonly folder: vscode.Uri; readonly sketch: SweepSketch } {
  const asked = (target ?? {}) as Partial<Asked>;
  if (asked.folderId !== undefined && asked.command !== undefined) {
    return { folder: vscode.Uri.parse(asked.folderId), sketch: { ...asked, command: asked.command } };
  }
  const script = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  const isPython = script?.scheme === 'file' && script.path.endsWith('.py');
  const folder = isPython ? vscode.Uri.joinPath(script, '..') : vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) {
    throw new ClientError('invalid-input', 'There is no open folder to write a sweep.yaml into.', {
      remedy: 'Open the folder of the code first.',
    });
  }
  return { folder, sketch: { command: `python ${isPython ? script.path.split('/').at(-1) : 'train.py'}` } };
}

async function freeName(folder: vscode.Uri): Promise<vscode.Uri> {
  const names = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'sweep.yaml' : `${number}.sweep.yaml`;
    if (!names.has(name)) return vscode.Uri.joinPath(folder, name);
  }
}
