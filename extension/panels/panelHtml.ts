/**
 * The one page that every panel is shown in: nothing from elsewhere, scripts
 * and styles by a fresh nonce, no network. It must never carry a token, nor
 * text from the server other than ids in an attribute.
 */
import { randomBytes } from 'node:crypto';
import type { PanelPlace } from '../../protocol/panel.ts';

export type PageOptions = {
  readonly place: PanelPlace;
  /** Address of the panel's bundle, as the webview reaches it. */
  readonly script: string;
  readonly cspSource: string;
};

/** Sent by each page before anything else: whatever the page before it had open is over. */
export const pageOpened = 'flywheel-page-opened';

/**
 * Only one part of a page may take the editor's handle, so it is taken here
 * and handed on. The editor keeps the state and gives it back after a reload.
 */
const opening = `{
  const api = acquireVsCodeApi();
  window.acquireVsCodeApi = () => api;
  api.setState(JSON.parse(document.body.dataset.place));
  addEventListener('message', ({ data }) => { if (data && data.kind === 'place') api.setState(data.place); });
  api.postMessage('${pageOpened}');
}`;

export function panelHtml({ place, script, cspSource }: PageOptions): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `img-src ${cspSource} data: blob:`,
    `font-src ${cspSource}`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csp-nonce" content="${nonce}">
<title>Flywheel</title>
</head>
<body data-panel="${place.panel}" data-place="${escapeAttribute(JSON.stringify(place))}">
<script nonce="${nonce}">${opening}</script>
<script type="module" nonce="${nonce}" src="${escapeAttribute(script)}"></script>
</body>
</html>`;
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
