/** The run that a command means: what it was called with (a tree node, a run, an id), else the person's choice. */
import { ClientError } from '../../client/clientError.ts';
import type { RunSummary } from '../../protocol/model/run.ts';
import { spellOut } from '../../protocol/spellOut.ts';
import { choose } from '../platform/notifications.ts';

export type RunTarget = { readonly id: string; readonly name: string };

export async function pickRun(target: unknown, runs: readonly RunSummary[], title: string): Promise<RunTarget> {
  const named = targetOf(target, runs);
  if (named) return named;
  if (runs.length === 0)
    throw new ClientError('not-found', 'There is no such run yet.', { remedy: 'Launch one first.' });
  const choices = runs.map((run) => ({
    label: spellOut(run.name),
    description: `${run.state} · ${run.projectId}`,
    value: { id: run.id, name: run.name },
  }));
  return choose(title, choices);
}

function targetOf(target: unknown, runs: readonly RunSummary[]): RunTarget | null {
  const id = typeof target === 'string' ? target : idOf(target);
  if (id === null) return null;
  return runs.find((run) => run.id === id) ?? { id, name: nameOf(target) ?? id };
}

function idOf(target: unknown): string | null {
  if (typeof target !== 'object' || target === null || !('id' in target)) return null;
  return typeof target.id === 'string' ? target.id : null;
}

function nameOf(target: unknown): string | null {
  if (typeof target !== 'object' || target === null || !('name' in target)) return null;
  return typeof target.name === 'string' ? target.name : null;
}
