/** "Reproduce Run": says what could not be the same, asks, launches it again and shows it. */
import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { ReproducePlan } from '../../../protocol/model/reproduction.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { confirm } from '../../platform/notifications.ts';

export type ReproduceDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly runs: LiveList<RunSummary>;
};

export function registerReproduce(deps: ReproduceDeps): vscode.Disposable {
  deps.commands.register('flywheel.runs.reproduce', (target, when) => reproduce(deps, target, when));
  return new Disposables();
}

/** Called with `now` it does not ask: by a program, or by what has asked already. */
async function reproduce({ commands, server, runs }: ReproduceDeps, target: unknown, when: unknown): Promise<string> {
  const launched = runs.items.filter((run) => run.launched);
  const { id: runId, name } = await pickRun(target, launched, 'Reproduce which run?');
  const plan = await server.client.runs.reproducePlan({ runId });
  if (!plan.possible) throw refused(plan);
  if (when !== 'now') await confirm(`Launch ${spellOutWithin(name)} again?`, spellOut(wordsOf(plan)), 'Reproduce');
  const run = await server.client.runs.reproduce({ runId, requestId: randomUUID() });
  await commands.run('flywheel.runs.open', run);
  return run.id;
}

function refused({ because, differences, told }: ReproducePlan): ClientError {
  const remedy = differences.find(({ kind }) => kind === 'blocks')?.remedy ?? undefined;
  const known = Object.entries(told).map(([what, value]) => `${what} ${value}`);
  const text =
    known.length > 0 ? `${because} Its client told: ${known.join(', ')}.` : (because ?? 'It cannot be launched again.');
  return new ClientError('wrong-state', text, { remedy });
}

function wordsOf({ same, differences }: ReproducePlan): string {
  const equal = same.map(({ what }) => what).join(', ');
  const lines = differences.map(({ kind, text }) => `• ${kind === 'unknown' ? 'Cannot be told: ' : ''}${text}`);
  return [`The same: ${equal}.`, ...lines].join('\n');
}
