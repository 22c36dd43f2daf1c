/** Pages that stand where a tool does not answer: it starts, it stopped, or who asks is not known. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WorkspaceState } from '../../../protocol/model/workspace.ts';
import { escapeHtml, icon, type Page, sendPage } from '../http/html.ts';

type Told = { readonly title: string; readonly text: string; readonly status: number; readonly again?: boolean };

const waiting: Readonly<Record<WorkspaceState, string>> = {
  starting: 'It is starting. This page opens it as soon as it answers.',
  ready: 'Its tool does not answer at the moment. This page tries again.',
  stopping: 'It is being saved and stopped.',
  stopped: 'It is stopped. Its files are kept; start it again in Flywheel.',
  failed: 'It ended with an error. Its files are kept; Flywheel shows what it wrote last.',
  lost: 'Its job is gone from its host. What was saved is kept; start it again in Flywheel.',
};

export function notReadyPage({
  name,
  state,
  detail,
}: {
  readonly name: string;
  readonly state: WorkspaceState;
  readonly detail: string | null;
}): Page {
  const isComing = state === 'starting' || state === 'ready';
  const text = detail === null ? waiting[state] : `${waiting[state]} ${detail}`;
  return page({ title: name, text, status: 503, again: isComing });
}

export function unknownVisitorPage(): Page {
  const text = 'Open it from Flywheel: in VS Code with “Open Workspace”, or on the page Workspaces.';
  return page({ title: 'Who are you?', text, status: 401 });
}

export function refusedPage(text: string, status: number): Page {
  return page({ title: status === 404 ? 'There is no such workspace' : 'Not allowed', text, status });
}

/** People get a page; programs one line. */
export function answer(request: IncomingMessage, response: ServerResponse, shown: Page): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader('cache-control', 'no-store');
  if (shown.status === 401) response.setHeader('www-authenticate', 'Bearer realm="Flywheel"');
  if ((request.headers.accept ?? '').includes('text/html')) {
    sendPage(response, shown);
    return;
  }
  response.statusCode = shown.status ?? 200;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`${shown.title}\n`);
}

function page({ title, text, status, again = false }: Told): Page {
  return {
    title: `${title} · Flywheel`,
    status,
    head: (nonce) =>
      `${again ? '<meta http-equiv="refresh" content="2">' : ''}<style nonce="${nonce}">${style}</style>`,
    body: `<main>${icon.replace('<svg ', '<svg class="mark" aria-hidden="true" ')}
<h1>${escapeHtml(title)}</h1><p${again ? ' role="status"' : ''}>${escapeHtml(text)}</p></main>`,
  };
}

const style = `
:root { --page: #f5f6f8; --text: #1c2430; --soft: #5b6675; }
@media (prefers-color-scheme: dark) { :root { --page: #14181e; --text: #e6eaf0; --soft: #a3aebd; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
main { width: min(30rem, calc(100vw - 3rem)); }
.mark { width: 44px; height: 44px; }
h1 { margin: .75rem 0 .25rem; font-size: 1.4rem; overflow-wrap: anywhere; }
p { margin: 0; color: var(--soft); }
`;
