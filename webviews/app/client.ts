/**
 * What a panel is given at its start.
 * Panels never learn whether a webview or a page is around them, beyond `kind`.
 */
import type { PanelPlace } from '../../protocol/panel.ts';
import type { Connection } from '../state/connection.ts';
import type { Feed } from '../state/feed.ts';
import type { PanelClient } from '../state/panelClient.ts';

export type PanelApp = {
  readonly client: PanelClient;
  readonly kind: 'vscode' | 'browser';
  readonly nonce: string;
  readonly place: PanelPlace;
  readonly connection: Connection;
  readonly feed: Feed;
};

/** Every panel element is given its app before it is connected. */
export type PanelElement = HTMLElement & { app: PanelApp };
