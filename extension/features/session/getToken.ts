/** Asks a person how they sign in to a server, of the ways that it offers, and comes back with a token. */
import * as vscode from 'vscode';
import { beginInBrowser, signInByPassword, untilLetIn, waysToSignIn } from '../../../client/signIn.ts';
import type { SignInWays } from '../../../protocol/model/signIn.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import { Cancelled } from '../../platform/failure.ts';
import { ask, type Choice, choose } from '../../platform/notifications.ts';

type Way = 'browser' | 'password' | 'token';

const client = 'Flywheel for VS Code';

/** Without a question where there is only one way. */
export async function getToken(url: string): Promise<string> {
  const ways = await waysToSignIn(url);
  const way = ways.password || ways.provider !== null ? await choose(titleOf(url), choicesOf(ways)) : 'token';
  if (way === 'browser') return byBrowser(url);
  return way === 'password' ? byPassword(url) : byToken(url);
}

function titleOf(url: string): string {
  return `Sign in to ${new URL(url).host}`;
}

function choicesOf({ password, provider }: SignInWays): readonly Choice<Way>[] {
  const name = provider === null ? 'by password' : spellOutWithin(provider);
  return [
    { label: '$(globe) In the Browser', description: `${name}; the browser then lets VS Code in`, value: 'browser' },
    ...(password
      ? [{ label: '$(key) With a Password', description: 'user name and password', value: 'password' } as const]
      : []),
    { label: '$(shield) With an Access Token', description: 'made by you or whoever runs the server', value: 'token' },
  ];
}

/** The code is shown here and there; only whoever sees both lets this window in. */
async function byBrowser(url: string): Promise<string> {
  const begun = await beginInBrowser(url, client);
  const page = new URL(begun.path, url).href;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Signing in: let VS Code in where the browser shows ${begun.code}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const leaving = new AbortController();
    token.onCancellationRequested(() => leaving.abort());
    const isOpen = await vscode.env.openExternal(vscode.Uri.parse(page, true));
    if (!isOpen) progress.report({ message: `(at ${page})` });
    return untilLetIn(url, begun, leaving.signal).catch((error: unknown) => {
      throw leaving.signal.aborted ? new Cancelled() : error;
    });
  });
}

async function byPassword(url: string): Promise<string> {
  const title = titleOf(url);
  const userId = await ask({ title, prompt: 'Your user name', validateInput: needed('A user name is needed.') });
  const password = await ask({
    title,
    prompt: `The password of ${userId.trim()}. It is sent to ${new URL(url).origin} alone and not kept.`,
    password: true,
    validateInput: needed('A password is needed.'),
  });
  return signInByPassword(url, { userId: userId.trim(), password, client });
}

async function byToken(url: string): Promise<string> {
  const token = await ask({
    title: titleOf(url),
    prompt: `An access token for ${new URL(url).origin}. It is sent to this server alone and kept in the secret storage.`,
    placeHolder: 'Make one with: flywheel token create',
    password: true,
    validateInput: needed('A token is needed to sign in.'),
  });
  return token.trim();
}

function needed(what: string): (text: string) => string | undefined {
  return (text) => (text.trim() ? undefined : what);
}
