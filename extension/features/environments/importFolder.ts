/** An environment from what the open folder says of itself. Asks for nothing but its name. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Cancelled } from '../../platform/failure.ts';

const patterns = [
  '{,.devcontainer/,.devcontainer/*/}{,.}devcontainer.json',
  '{,.devcontainer/,.devcontainer/*/,docker/}{Dockerfile,Containerfile,*.Dockerfile}',
  '{requirements*.txt,requirements/*.txt,pyproject.toml,environment.yml,environment.yaml,renv.lock}',
];
const largest = 2_000_000;

/** Answers the id of the environment that was made. */
export async function importFolder({ client }: ServerConnection): Promise<string> {
  const files = await filesOf(vscode.workspace.workspaceFolders?.[0]);
  const { definition, name, used, notes, problems } = await client.environments.import({ files });
  const wrong = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ line, message }) => `line ${line}: ${message}`);
  const said = [...wrong, ...notes].join(' ');
  const id = await vscode.window.showInputBox({
    title: `Environment from ${used.join(', ')}`,
    prompt: said === '' ? 'Id of the new environment' : said,
    value: slugOf(name ?? vscode.workspace.name ?? 'environment'),
    validateInput: (text) => (text === slugOf(text) && text !== '' ? null : 'Lower-case letters, digits and hyphens'),
  });
  if (id === undefined) throw new Cancelled();
  return (await client.environments.create({ id, name: name ?? undefined, definition })).id;
}

async function filesOf(folder: vscode.WorkspaceFolder | undefined) {
  if (!folder) throw new ClientError('invalid-input', 'Open the folder of a repository first.');
  const found = await Promise.all(
    patterns.map((pattern) => vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), undefined, 16)),
  );
  const files: { path: string; text: string }[] = [];
  for (const uri of found.flat()) {
    const content = await vscode.workspace.fs.readFile(uri);
    if (content.length > largest) continue;
    files.push({ path: vscode.workspace.asRelativePath(uri, false), text: new TextDecoder().decode(content) });
  }
  if (files.length > 0) return files;
  throw new ClientError(
    'invalid-input',
    'The open folder has no devcontainer.json, Dockerfile, requirements.txt, pyproject.toml, environment.yml or renv.lock.',
  );
}

function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}
