/** "Go to File of Run": the editor's own search for files does not look into addresses of ours. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import { pickRun } from '../../connection/pickRun.ts';
import { codeUri } from '../../platform/codeUri.ts';
import { choose } from '../../platform/notifications.ts';
import type { RunFiles } from './runFiles.ts';

export async function findFile(files: RunFiles, target: unknown, runs: readonly RunSummary[]): Promise<void> {
  const { id } = await pickRun(target, runs, 'Go to a file of which run?');
  const { run, code } = await files.code(id);
  const paths = [...code.files.keys()];
  if (paths.length === 0) throw new ClientError('not-found', `The code of ${run.name} has no files.`);
  const path = await choose(
    `A file of ${spellOutWithin(run.name)}`,
    paths.map((each) => {
      const slash = each.lastIndexOf('/');
      return {
        label: spellOut(each.slice(slash + 1)),
        description: spellOut(each.slice(0, Math.max(0, slash))),
        value: each,
      };
    }),
  );
  await vscode.commands.executeCommand('vscode.open', codeUri({ runId: id, of: 'code', path }), { preview: true });
}
