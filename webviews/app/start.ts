/**
 * Starts a panel in whatever page it was put: reads its place, opens the
 * channel, mounts its element. The same bundle runs in VS Code and in browsers.
 */
import { panelPlace } from '../../protocol/panel.ts';
import type { SaveDetail } from '../charts/chartElement.ts';
import { Connection } from '../state/connection.ts';
import { Feed } from '../state/feed.ts';
import type { PanelApp, PanelElement } from './client.ts';
import { pageSheet } from './pageStyles.ts';
import { createWebviewClient, isWebview } from './vscodeChannel.ts';

export async function startPanel(tag: string): Promise<void> {
  const place = panelPlace.parse(JSON.parse(document.body.dataset.place ?? '{}'));
  const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
  const browser = isWebview() ? null : await import('./browserPage.ts');
  browser?.applyBrowserTheme();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, pageSheet()];
  const client = browser?.createBrowserClient(place) ?? createWebviewClient();
  const connection = new Connection(client);
  const app: PanelApp = {
    client,
    kind: browser === null ? 'vscode' : 'browser',
    nonce,
    connection,
    feed: new Feed(client, connection),
    /** The host may show another place in the same panel. */
    get place() {
      return connection.place ?? place;
    },
  };
  const panel = document.createElement(tag) as PanelElement;
  panel.app = app;
  panel.addEventListener('save-file', (event) => {
    const { request, settled } = (event as CustomEvent<SaveDetail>).detail;
    settled(client.host.save(request));
  });
  document.body.replaceChildren(browser?.createPageFrame(app, panel) ?? panel);
}
