/** Where a file stands in its repository: its path from the root of the snapshot that a launch would take. */
import { stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type * as vscode from 'vscode';

const roots = new Map<string, Promise<string>>();

export async function repositoryPath(folder: vscode.WorkspaceFolder, file: vscode.Uri): Promise<string> {
  const path = folder.uri.fsPath;
  const root = roots.get(path) ?? rootOf(path);
  roots.set(path, root);
  return relative(await root, file.fsPath)
    .split(sep)
    .join('/');
}

/** The folder's repository; itself where it is in none. */
async function rootOf(folder: string): Promise<string> {
  for (let root = folder; ; root = dirname(root)) {
    if (await stat(join(root, '.git')).catch(() => null)) return root;
    if (dirname(root) === root) return folder;
  }
}
