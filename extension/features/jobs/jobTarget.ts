/** Which job of which folder and project is meant: from a lens it is named, from the palette it is asked for. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { jobFileName } from '../../../protocol/model/jobFileName.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { choose } from '../../platform/notifications.ts';

export type JobTarget = { readonly folder: vscode.WorkspaceFolder; readonly job: string; readonly projectId: string };

export type TargetDeps = { readonly server: ServerConnection; readonly folders: LaunchFolders };

export async function jobTarget({ server, folders }: TargetDeps, target: unknown): Promise<JobTarget> {
  const asked = (target ?? {}) as { readonly uri?: vscode.Uri; readonly job?: string };
  const uri = asked.uri ?? (await jobFile());
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) throw new ClientError('invalid-input', `Open the folder that ${jobFileName} is in.`);
  const job = asked.job ?? (await chooseJob(server, uri));
  const folderId = folder.uri.toString();
  const projectId = folders.projectOf(folderId) ?? (await chooseProject(server));
  await folders.rememberProject(folderId, projectId);
  return { folder, job, projectId };
}

async function jobFile(): Promise<vscode.Uri> {
  const open = vscode.window.activeTextEditor?.document.uri;
  if (open?.path.endsWith(`/${jobFileName}`)) return open;
  const [found] = await vscode.workspace.findFiles(`**/${jobFileName}`, undefined, 1);
  if (found) return found;
  throw new ClientError('invalid-input', `The open folders have no ${jobFileName}.`, {
    remedy: 'Add one with a job: a name, and a command below it.',
  });
}

async function chooseJob({ client }: ServerConnection, uri: vscode.Uri): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri);
  const { jobs, problems } = await client.jobs.validate({ text: document.getText() });
  if (jobs.length === 0) {
    const why = problems[0] ? ` Line ${problems[0].line}: ${problems[0].message}` : '';
    throw new ClientError('invalid-input', `${jobFileName} defines no job that can be run.${why}`);
  }
  const choices = jobs.map(({ name, definition }) => ({
    label: name,
    description: definition.description ?? '',
    value: name,
  }));
  return choose('Which job?', choices);
}

async function chooseProject({ client }: ServerConnection): Promise<string> {
  const usable = (await client.projects.list({ archived: false })).filter(({ role }) => role !== 'viewer');
  if (usable.length === 0) {
    throw new ClientError('not-found', 'There is no project that you may launch in.', { remedy: 'Create one first.' });
  }
  if (usable.length === 1 && usable[0]) return usable[0].id;
  const choices = usable.map(({ id, name }) => ({ label: name, description: id, value: id }));
  return choose('In which project?', choices);
}
