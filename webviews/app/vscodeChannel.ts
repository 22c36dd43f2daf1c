/**
 * The channel of a webview in VS Code: calls travel by postMessage to the
 * extension, which relays the entries that the panel may use. No token and no
 * network here.
 */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { ResponseValidationPlugin } from '@orpc/contract/plugins';
import { panelContract } from '../../protocol/panel.ts';
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
        // Frames of the channel are text or bytes; whatever else is posted into the window is not ours.
        if (typeof event.data === 'string' || event.data instanceof ArrayBuffer || ArrayBuffer.isView(event.data)) {
          listener(event);
        }
      });
    },
  };
  const link = new RPCLink({ port: port as MessagePort, plugins: [new ResponseValidationPlugin(panelContract)] });
  return createORPCClient(link);
}
