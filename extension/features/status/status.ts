/** The status bar item: connection and running jobs at a glance, and the menu behind it. */
import * as vscode from 'vscode';
import { isFinal, type RunSummary } from '../../../protocol/model/run.ts';
import type { ConnectionState } from '../../../protocol/panel.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { type Choice, choose } from '../../platform/notifications.ts';

export type StatusDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly runs: LiveList<RunSummary>;
};

type Look = { readonly icon: string; readonly words: string };

const looks: Readonly<Record<ConnectionState, Look>> = {
  connecting: { icon: 'loading~spin', words: 'connecting' },
  ready: { icon: 'pulse', words: 'connected' },
  waiting: { icon: 'loading~spin', words: 'reconnecting' },
  offline: { icon: 'debug-disconnect', words: 'offline' },
  'signed-out': { icon: 'lock', words: 'signed out' },
  refused: { icon: 'error', words: 'refused' },
  stopped: { icon: 'circle-slash', words: 'not connected' },
};

export function registerStatus(deps: StatusDeps): vscode.Disposable {
  const owned = new Disposables();
  const item = owned.add(vscode.window.createStatusBarItem('flywheel.status', vscode.StatusBarAlignment.Left, 10));
  item.name = 'Flywheel';
  item.command = 'flywheel.menu' satisfies CommandId;
  const show = () => render(item, deps);
  owned.add(deps.server.onDidChange(show));
  owned.add(deps.runs.onDidChange(show));
  deps.commands.register('flywheel.menu', () => menu(deps));
  show();
  item.show();
  return owned;
}

function render(item: vscode.StatusBarItem, { server, runs }: StatusDeps): void {
  const { state, detail, url } = server.status;
  const active = runs.items.filter((run) => !isFinal(run.state)).length;
  const look = looks[state];
  item.text = state === 'ready' && active > 0 ? `$(${look.icon}) ${active} active` : `$(${look.icon}) Flywheel`;
  if (state !== 'ready') item.text = `$(${look.icon}) Flywheel: ${look.words}`;
  const where = url ? ` to ${new URL(url).host}` : '';
  item.tooltip = [`Flywheel is ${look.words}${where}`, detail, activeWords(active)].filter(Boolean).join('\n');
  item.accessibilityInformation = { label: `Flywheel ${look.words}, ${active} active runs`, role: 'button' };
  const warn = state === 'offline' || state === 'refused';
  item.backgroundColor = warn ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
}

function activeWords(active: number): string | null {
  return active === 0 ? null : `${active} active ${active === 1 ? 'run' : 'runs'}`;
}

async function menu({ commands, server }: StatusDeps): Promise<void> {
  const { state } = server.status;
  const whenReady: readonly Choice<CommandId>[] = [
    { label: '$(rocket) Launch a run', value: 'flywheel.launch.open' },
    { label: '$(list-tree) Open a run…', value: 'flywheel.runs.open' },
    { label: '$(table) Open experiments', value: 'flywheel.experiments.open' },
    { label: '$(globe) Open in the browser', value: 'flywheel.browser.open' },
    { label: '$(debug-disconnect) Disconnect', value: 'flywheel.disconnect' },
  ];
  const otherwise: readonly Choice<CommandId>[] = [
    { label: '$(plug) Connect', value: 'flywheel.connect' },
    { label: '$(key) Sign in…', value: 'flywheel.signIn' },
    { label: '$(server-process) Start a local server', value: 'flywheel.server.start' },
  ];
  const always: readonly Choice<CommandId>[] = [{ label: '$(output) Show output', value: 'flywheel.output.show' }];
  const title = `Flywheel: ${looks[state].words}`;
  await commands.run(await choose(title, [...(state === 'ready' ? whenReady : otherwise), ...always]));
}
