/** The compute view: hosts and tiers with what goes on, and draining a host. */
import * as vscode from 'vscode';
import type { HostStatus } from '../../../protocol/model/host.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import type { Log } from '../../platform/log.ts';
import { choose, confirm, tell } from '../../platform/notifications.ts';
import { ComputeTree } from './computeTree.ts';

export type ComputeDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly panels: { readonly log: Log };
};

export function registerCompute(deps: ComputeDeps): vscode.Disposable {
  const { commands, server, panels } = deps;
  const owned = new Disposables();
  const tree = owned.add(new ComputeTree(server, panels.log));
  owned.add(vscode.window.createTreeView('flywheel.computeView', { treeDataProvider: tree }));
  commands.register('flywheel.compute.refresh', () => tree.refresh());
  commands.register('flywheel.compute.drain', (target) => drain(deps, target));
  commands.register('flywheel.compute.restore', (target) => restore(deps, target));
  return owned;
}

async function drain({ server }: ComputeDeps, target: unknown): Promise<void> {
  const host = await hostOf(server, target, 'Which host shall take no new runs?');
  const name = spellOutWithin(host.name);
  const detail = host.runs === 0 ? 'Nothing runs there now.' : `What runs there goes on: ${runsText(host.runs)}.`;
  await confirm(`Drain ${name}? It takes no new runs until you let it.`, detail, 'Drain');
  await server.client.compute.drain({ hostId: host.id, drain: true });
  tell('info', `${name} takes no new runs.`);
}

async function restore({ server }: ComputeDeps, target: unknown): Promise<void> {
  const host = await hostOf(server, target, 'Which host shall take runs again?');
  await server.client.compute.drain({ hostId: host.id, drain: false });
}

export function runsText(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`;
}

/** The one that a command was called on, else one that the person picks. */
async function hostOf(server: ServerConnection, target: unknown, title: string): Promise<HostStatus> {
  if (typeof target === 'object' && target !== null && 'host' in target) return target.host as HostStatus;
  const hosts = await server.client.compute.hosts();
  return choose(
    title,
    hosts.map((host) => ({ label: host.name, description: host.id, value: host })),
  );
}
