/** Opens what was found where it belongs: a file at its line, a run, a table of runs. */
import * as vscode from 'vscode';
import * as z from 'zod';
import { type SearchHit, searchHit } from '../../../protocol/model/search.ts';
import type { Commands } from '../../platform/commands.ts';
import { foundUri } from './foundTexts.ts';

export const foundRequest = z.object({ hit: searchHit, line: z.int().positive().optional() });

export async function openHit(commands: Commands, hit: SearchHit, line = hit.lines[0]?.line): Promise<void> {
  const { kind, projectId, path, runId, experimentId } = hit;
  if (path !== null && projectId !== null) return openFile(commands, hit, line);
  if (runId !== null)
    await commands.run('flywheel.runs.open', { runId, ...(kind === 'comment' && { tab: 'comments' }) });
  else if (experimentId !== null) await commands.run('flywheel.experiments.open', { experimentId });
  else if (projectId !== null)
    await commands.run(isHome(kind) ? 'flywheel.projects.open' : 'flywheel.experiments.open', { projectId });
  // Nothing shows a person or an environment by itself: what they have to do with is searched for.
  else await commands.run('flywheel.search.open', { text: about(hit) });
}

/** What is said on models and code stands with everything that is said in the project. */
function isHome(kind: SearchHit['kind']): boolean {
  return kind === 'project' || kind === 'comment';
}

function about({ kind, title }: SearchHit): string {
  const quoted = `"${title.replaceAll('"', ' ')}"`;
  return kind === 'person' ? `owner:${quoted}` : quoted;
}

/** A notebook is shown by its text: its lines here are not those of its file. */
async function openFile(commands: Commands, hit: SearchHit, line: number | undefined): Promise<void> {
  if (hit.runId !== null && hit.kind !== 'notebook') {
    await commands.run('flywheel.code.openFile', { runId: hit.runId, path: hit.path, line });
    return;
  }
  const uri = foundUri(hit.projectId ?? '', hit.kind === 'notebook' ? `${hit.path}.txt` : (hit.path ?? ''), hit.id);
  const at = Math.max(0, (line ?? 1) - 1);
  await vscode.commands.executeCommand('vscode.open', uri, {
    preview: true,
    selection: new vscode.Range(at, 0, at, 0),
  });
}
