/**
 * The channel of a webview in VS Code: calls travel by postMessage to the
 * extension, which relays the entries that the panel may use. No token and no
 * network here.
 */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { ResponseValidationPlugin } from '@orpc/contract/plugins';
import { panelContract } from '../../protocol/panel.ts';
import { readFrame } from '../../protocol/panelFrame.ts';
import type { PanelClient } from '../state/panelClient.ts';

type WebviewApi = { postMessage(message: unknown): void };
type MessageListener = (event: { data: unknown }) => void;
declare const acquireVsCodeApi: (() => WebviewApi) | undefined;

export function isWebview(): boolean {
  return typeof acquireVsCodeApi === 'function';
}

export function createWebviewClient(): PanelClient {
  if (typeof acquireVsCodeApi !== 'function') throw new Error('not inside a webview');
  const api = acquireVsCodeApi();
  const port = {
    postMessage: (message: unknown) => api.postMessage(message),
    addEventListener: (type: string, listener: MessageListener) => {
      if (type !== 'message') return;
      window.addEventListener('message', (event) => {
        // Anyone may post into the window; what is no frame would be an error inside the link.
        if (readFrame(event.data) !== null) {
          listener(event);
        }
      });
    },
  };
  const link = new RPCLink({ port: port as MessagePort, plugins: [new ResponseValidationPlugin(panelContract)] });
  return createORPCClient(link);
}
