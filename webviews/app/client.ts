/**
 * The one client that a panel has, and what a panel is given at its start.
 * Panels never learn whether a webview or a page is around them, beyond `kind`.
 */
import type { ContractRouterClient } from '@orpc/contract';
import type { PanelContract, PanelPlace } from '../../protocol/panel.ts';
import type { Connection } from '../state/connection.ts';
import type { Feed } from '../state/feed.ts';

export type PanelClient = ContractRouterClient<PanelContract>;

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
