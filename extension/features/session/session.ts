/**
 * Connecting, signing in and starting a local server. A token is kept only for
 * the server that it came from or was typed for, once that has accepted it.
 */
import * as vscode from 'vscode';
import type { PortFile } from '../../../client/portFile.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import { isSameServer } from '../../connection/discovery.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { setContextKey } from '../../platform/contextKeys.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, isCancelled, sentenceOf } from '../../platform/failure.ts';
import { ask, tell } from '../../platform/notifications.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { Settings } from '../../platform/settings.ts';

import { getToken } from './getToken.ts';

export type SessionDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly startServer: (signal: AbortSignal) => Promise<PortFile>;
};

export function registerSession(deps: SessionDeps): vscode.Disposable {
  const { commands, server, settings } = deps;
  const owned = new Disposables();
  commands.register('flywheel.connect', () => connect(deps));
  commands.register('flywheel.disconnect', () => server.disconnect());
  commands.register('flywheel.signIn', () => signIn(deps));
  commands.register('flywheel.signOut', () => signOut(deps));
  commands.register('flywheel.server.start', () => startServer(deps));
  commands.register('flywheel.browser.open', () => vscode.env.openExternal(vscode.Uri.parse(server.target.url)));
  owned.add(server.onDidChange(() => showState(server)));
  owned.add(settings.onChange(['serverUrl', 'dataFolder'], () => void commands.run('flywheel.connect')));
  owned.add(vscode.window.onDidChangeWindowState((window) => window.focused && server.retryNow()));
  showState(server);
  void connectAtStart(deps);
  return owned;
}

function showState(server: ServerConnection): void {
  setContextKey('flywheel.state', server.status.state);
  setContextKey('flywheel.connected', server.status.state === 'ready');
}

/** What the person asked for: says what is missing, and offers it. */
async function connect(deps: SessionDeps): Promise<void> {
  const found = await deps.server.connect();
  if (found.kind === 'signed-out') await signIn(deps);
  else if (found.kind === 'none') offerServer(deps);
  else await deps.server.ready(AbortSignal.timeout(15_000));
}

/** By itself: no question unless there is no server at all, and no error beyond the status bar. */
async function connectAtStart(deps: SessionDeps): Promise<void> {
  const found = await deps.server.connect().catch(() => null);
  if (found?.kind !== 'none') return;
  if (deps.settings.startServer === 'always') await deps.commands.run('flywheel.server.start');
}

function offerServer(deps: SessionDeps): void {
  tell('info', 'No Flywheel server runs on this machine.', [
    { title: 'Start Local Server', run: () => deps.commands.run('flywheel.server.start') },
    {
      title: 'Set Address',
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'flywheel.serverUrl'),
    },
  ]);
}

async function signIn(deps: SessionDeps): Promise<void> {
  const url = deps.server.status.url ?? (await askForAddress(deps));
  const token = await getToken(url);
  await deps.secrets.keepToken(url, token);
  try {
    await deps.server.connect();
    const hello = await deps.server.ready(AbortSignal.timeout(15_000));
    tell('info', `Signed in to ${new URL(url).host} as ${spellOutWithin(hello.user.name)}.`);
  } catch (error) {
    const failure = failureOf(error);
    const isRefused = failure.reason !== null && failure.reason !== 'offline';
    if (isRefused || isCancelled(error)) await deps.secrets.forgetToken(url);
    throw error;
  }
}

async function askForAddress(deps: SessionDeps): Promise<string> {
  const url = await ask({
    title: 'Flywheel server',
    prompt: 'Address of the server',
    placeHolder: 'https://flywheel.example.org',
    value: deps.settings.serverUrl,
    validateInput: addressProblem,
  });
  await vscode.workspace
    .getConfiguration('flywheel')
    .update('serverUrl', url.trim(), vscode.ConfigurationTarget.Global);
  return url.trim();
}

/** A token in clear text across a network is as good as published. */
function addressProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'An address such as https://flywheel.example.org is needed.';
  const { protocol, hostname } = new URL(text);
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && local)) return undefined;
  return 'Servers on other machines are reached by https.';
}

async function signOut(deps: SessionDeps): Promise<void> {
  const { url } = deps.server.status;
  if (!url) return;
  // A session ends on the server as well; one that cannot be reached forgets it in time.
  if (deps.server.hello) await deps.server.client.session.signOut().catch(() => undefined);
  await deps.secrets.forgetToken(url);
  deps.server.disconnect();
  tell('info', `Signed out of ${new URL(url).host}.`);
}

async function startServer(deps: SessionDeps): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Starting a Flywheel server',
    cancellable: true,
  };
  const started = await vscode.window.withProgress(options, async (_progress, token) => {
    const cancelling = new AbortController();
    token.onCancellationRequested(() => cancelling.abort());
    return deps.startServer(cancelling.signal);
  });
  await deps.server.connect();
  const { url } = deps.server.status;
  if (url && !isSameServer(url, started.url)) {
    tell(
      'warning',
      sentenceOf({
        message: `A server runs at ${started.url}, but this window uses ${url}`,
        reason: null,
        remedy: 'Clear the setting flywheel.serverUrl to use it.',
      }),
    );
    return;
  }
  await deps.server.ready(AbortSignal.timeout(15_000));
}
