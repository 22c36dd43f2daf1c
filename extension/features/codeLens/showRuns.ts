/** From code to the table: the experiment with most runs of a script, filtered to them. */
import * as vscode from 'vscode';
import * as z from 'zod';
import { ClientError } from '../../../client/clientError.ts';
import { type ScriptRef, scriptRef } from '../../../protocol/model/script.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import type { ScriptPlaces } from './scriptPlace.ts';

export type ShowRunsDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly places: ScriptPlaces;
};

/** From a lens the script, from a hover also a value that a parameter had. */
const request = scriptRef.extend({ parameter: z.string().optional(), value: z.string().optional() });
type Request = z.infer<typeof request>;

export async function showRuns({ commands, server, places }: ShowRunsDeps, target: unknown): Promise<void> {
  const asked = request.safeParse(target ?? undefined);
  const wanted: Request = asked.success ? asked.data : await scriptAtHand(places);
  const { experiments, filter } = await server.client.scripts.summary({
    projectId: wanted.projectId,
    path: wanted.path,
  });
  const [first] = experiments;
  if (!first) {
    throw new ClientError('not-found', `There is no run of ${wanted.path ?? 'this project'} yet.`, {
      remedy: 'Launch it first.',
    });
  }
  const clauses = [filter, valueClause(wanted)].filter((clause) => clause !== '');
  await commands.run('flywheel.experiments.open', { experimentId: first.experimentId, filter: clauses.join(' and ') });
}

async function scriptAtHand(places: ScriptPlaces): Promise<ScriptRef> {
  const document = vscode.window.activeTextEditor?.document;
  const place = document && (await places.of(document));
  if (place) return place;
  throw new ClientError('invalid-input', 'There is no script of an open folder at hand.', {
    remedy: 'Open a Python file of the folder that you launch from.',
  });
}

/** The grammar has no way to write both quotes in one text, nor a backtick in a name. */
function valueClause({ parameter, value }: Request): string {
  if (parameter === undefined || value === undefined || parameter.includes('`')) return '';
  if (value.includes("'") && value.includes('"')) return '';
  return `params.\`${parameter}\` = ${value.includes("'") ? `"${value}"` : `'${value}'`}`;
}
