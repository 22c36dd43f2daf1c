/**
 * The frame that every page of the server stands in, and the policy that goes
 * with it: nothing from elsewhere, scripts and styles by a fresh nonce only.
 * Text gets into markup through `escapeHtml` alone.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

export type Page = {
  readonly title: string;
  readonly status?: number;
  /** Markup of head and body, given the nonce. */
  readonly head: (nonce: string) => string;
  readonly bodyAttributes?: Readonly<Record<string, string>>;
  readonly body: string;
};

export function sendPage(response: ServerResponse, page: Page): void {
  const nonce = randomBytes(16).toString('base64');
  const attributes = Object.entries(page.bodyAttributes ?? {}).map(
    ([name, value]) => ` ${name}="${escapeHtml(value)}"`,
  );
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="csp-nonce" content="${nonce}">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
${page.head(nonce)}
</head>
<body${attributes.join('')}>
${page.body}
</body>
</html>
`;
  response.statusCode = page.status ?? 200;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('content-security-policy', pagePolicy(nonce));
  response.end(html);
}

function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The wheel, as on the sign-in page. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#2f7de1" stroke-width="2.6">' +
  '<circle cx="16" cy="16" r="12.5"/><circle cx="16" cy="16" r="3.6"/>' +
  '<path d="M16 3.5v8.9M26.8 22.3l-7.7-4.5M5.2 22.3l7.7-4.5" stroke-linecap="round"/></svg>';
