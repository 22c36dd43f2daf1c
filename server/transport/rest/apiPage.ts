/** The readable page of the API: every operation of the generated document, by namespace, without scripts. */
import type { OpenAPI } from '@orpc/contract';
import { escapeHtml, type Page } from '../http/html.ts';

type Operation = { readonly method: string; readonly path: string; readonly operation: OpenAPI.OperationObject };

export function apiPage(document: OpenAPI.Document): Page {
  const operations = listOperations(document);
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'other');
  const sections = [...byTag].map(([tag, items]) => section(tag, items));
  return {
    title: 'API · Flywheel',
    head: (nonce) => `<style nonce="${nonce}">${style}</style>`,
    body: `<header><h1>Flywheel API <small>${escapeHtml(document.info.version)}</small></h1>
<p>Send a token as <code>Authorization: Bearer TOKEN</code> and JSON as <code>Content-Type: application/json</code>.
Streams are server-sent events. Machines read <a href="/api/openapi.json">openapi.json</a> (OpenAPI ${escapeHtml(document.openapi)});
programs that stay connected use the WebSocket at <code>/rpc</code>, MLflow clients this server as their tracking server.</p>
<pre><code>curl -H "Authorization: Bearer $FLYWHEEL_TOKEN" http://127.0.0.1:7717/api/projects</code></pre>
<nav aria-label="Namespaces">${[...byTag.keys()].map((tag) => `<a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a>`).join(' ')}</nav>
</header><main>${sections.join('\n')}</main>`,
  };
}

function listOperations(document: OpenAPI.Document): readonly Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: `/api${path}`,
      operation: operation as OpenAPI.OperationObject,
    })),
  );
}

function section(tag: string, operations: readonly Operation[]): string {
  return `<section id="${escapeHtml(tag)}"><h2>${escapeHtml(tag)}</h2>${operations.map(entry).join('\n')}</section>`;
}

function entry({ method, path, operation }: Operation): string {
  const input = inputSchema(operation);
  const details = input === null ? '' : `<pre><code>${escapeHtml(JSON.stringify(input, null, 2))}</code></pre>`;
  return `<details><summary><span class="method ${method.toLowerCase()}">${method}</span>
<code>${escapeHtml(path)}</code> <span class="what">${escapeHtml(operation.summary ?? '')}</span></summary>
<p>${escapeHtml(operation.description ?? '')} Entry <code>${escapeHtml(operation.operationId ?? '')}</code>.</p>${details}</details>`;
}

/** Parameters and body as one schema-like object: what a caller has to send. */
function inputSchema({ parameters = [], requestBody }: OpenAPI.OperationObject): unknown {
  const named = parameters.flatMap((parameter) => ('name' in parameter ? [parameter] : []));
  const body = requestBody && 'content' in requestBody ? requestBody.content['application/json']?.schema : undefined;
  if (named.length === 0 && body === undefined) return null;
  const fields = named.map(({ name, in: place, required, schema }) => [
    `${name} (${place}${required ? ', required' : ''})`,
    schema,
  ]);
  return { ...Object.fromEntries(fields), ...(body !== undefined && { body }) };
}

const style = `
:root { --page: #fff; --text: #1c2430; --soft: #56616f; --line: #d7dce3; --code: #f3f5f8; --accent: #1d65c4; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181e; --text: #e6eaf0; --soft: #a3aebd; --line: #333c48; --code: #1d232c; --accent: #6aa9f5; }
}
body { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, sans-serif; }
h1 small { color: var(--soft); font-weight: 400; font-size: 1rem; }
h2 { margin: 2.25rem 0 .5rem; text-transform: capitalize; }
a { color: var(--accent); }
nav a { margin-right: .75rem; }
code { font: .9em ui-monospace, monospace; }
pre { overflow: auto; max-height: 26rem; padding: .75rem 1rem; background: var(--code); border-radius: 8px; }
details { border-top: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; padding: .2rem 0; }
.method { display: inline-block; width: 4.2rem; font: 600 .8rem ui-monospace, monospace; color: var(--accent); }
.what { color: var(--soft); margin-left: .5rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
