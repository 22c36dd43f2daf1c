/** Starts what a `sweep.yaml` asks for, with the files of its folder. Cancelling at any step leaves no sweep behind. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { sweepDefaults } from '../../../client/sweepDefaults.ts';
import type { Sweep } from '../../../protocol/model/sweep.ts';
import type { SweepFile } from '../../../protocol/model/sweepFile.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Cancelled } from '../../platform/failure.ts';
import { choose } from '../../platform/notifications.ts';

export async function startSweep(server: ServerConnection, target: unknown): Promise<Sweep> {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') {
    throw new ClientError('invalid-input', 'There is no sweep.yaml to start.', {
      remedy: 'Open one, or make one with Flywheel: New Sweep.',
    });
  }
  await vscode.workspace.saveAll(false);
  const file = await readFile(uri);
  const projectId = file.project ?? (await chooseProject(server));
  const options = { location: vscode.ProgressLocation.Notification, title: 'Starting a sweep', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancelling = new AbortController();
    token.onCancellationRequested(() => cancelling.abort());
    const { signal } = cancelling;
    const { toSweepFields } = await import('../../../client/sweepText.ts');
    const fields = toSweepFields(file, await sweepDefaults(server.client, file));
    const folder = vscode.Uri.joinPath(uri, '..').fsPath;
    const onStep = (message: string) => progress.report({ message });
    const { prepareLaunch } = await import('../../../client/snapshot/main.ts');
    const code = await prepareLaunch({ folder, projectId, ...server.target, onStep, signal });
    if (signal.aborted) throw new Cancelled();
    const input = { ...fields, projectId, experimentId: file.experiment, code, requestId: randomUUID() };
    return server.client.sweeps.create(input, { signal });
  });
}

async function readFile(uri: vscode.Uri): Promise<SweepFile> {
  const document = await vscode.workspace.openTextDocument(uri);
  const { readSweepText } = await import('../../../client/sweepText.ts');
  const { file, problems } = readSweepText(document.getText());
  if (file !== null) return file;
  const [first] = problems;
  const message = first ? `Line ${first.line}: ${first.message}` : 'The file says no sweep.';
  throw new ClientError('invalid-input', message, { remedy: 'Correct what is marked in the file.' });
}

async function chooseProject({ client }: ServerConnection): Promise<string> {
  const projects = await client.projects.list({ archived: false });
  const usable = projects.filter(({ role }) => role !== 'viewer');
  const [only] = usable;
  if (only && usable.length === 1) return only.id;
  return choose(
    'Sweep in which project?',
    usable.map(({ id, name }) => ({ label: name, description: id, value: id })),
  );
}
