/**
 * Text that people wrote in Markdown, as a template: each token becomes an
 * element of ours or text, so no string ever becomes markup and there is
 * nothing to sanitise. Pictures are links, because panels fetch nothing from
 * elsewhere; links lead to the web or to mail alone, by the editor or the browser.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import MarkdownIt, { type Token } from 'markdown-it';
import { marked, spellOut } from './name.ts';

/** Line ends are kept: notes were plain text before, and are written like messages. */
const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = isSafeLink;

export const markdownStyles = css`
  .markdown { overflow-wrap: anywhere; }
  .markdown p, .markdown li, .markdown .title, .markdown td, .markdown th { unicode-bidi: plaintext; }
  .markdown .title { font-weight: 600; }
  .markdown .title-1 { font-size: 1.3em; line-height: 1.35; }
  .markdown .title-2 { font-size: 1.15em; line-height: 1.35; }
  .markdown ul, .markdown ol { margin: 0; padding-inline-start: 22px; }
  .markdown li > * + * { margin-top: 4px; }
  .markdown blockquote { margin: 0; padding-inline-start: 10px; border-inline-start: 3px solid var(--vscode-textBlockQuote-border, var(--fw-line)); color: var(--fw-dim); }
  .markdown code { padding: 1px 3px; border-radius: 3px; font-family: var(--fw-mono); font-size: 12px; background: var(--vscode-textCodeBlock-background); }
  .markdown pre { margin: 0; padding: 8px 10px; overflow: auto; background: var(--vscode-textCodeBlock-background); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 3px; }
  .markdown pre code { padding: 0; background: none; white-space: pre; overflow-wrap: normal; }
  .markdown hr { border: 0; border-top: 1px solid var(--fw-line); }
  .markdown .wide { overflow: auto; }
  .markdown table { width: auto; }
  .markdown td, .markdown th { height: auto; padding: 2px 8px; white-space: normal; }
  .markdown a { text-decoration: underline; }
  .markdown > * + * { margin-top: 8px; }
`;

export function markdown(text: string): TemplateResult {
  return html`<div class="markdown">${show(nest(parser.parse(text, {})))}</div>`;
}

/** Its words in one line, for where there is no room for more. */
export function plainOf(text: string): string {
  return wordsOf(parser.parse(text, {})).replace(/\s+/g, ' ').trim();
}

export function isSafeLink(address: string): boolean {
  return /^(https?:|mailto:)$/.test(URL.parse(address)?.protocol ?? '');
}

function wordsOf(tokens: readonly Token[]): string {
  const words = (token: Token) => (token.type.endsWith('break') ? ' ' : token.content);
  return tokens.map((token) => (token.children ? token.children.map(words).join('') : words(token))).join(' ');
}

type Branch = { readonly token: Token; readonly children: Branch[] };

/** The parser answers a flat list of openings and closings. */
function nest(tokens: readonly Token[]): readonly Branch[] {
  const root: Branch[] = [];
  const open: Branch[] = [];
  for (const token of tokens) {
    if (token.nesting < 0) {
      open.pop();
      continue;
    }
    const branch: Branch = { token, children: [...nest(token.children ?? [])] };
    (open.at(-1)?.children ?? root).push(branch);
    if (token.nesting > 0) open.push(branch);
  }
  return root;
}

const show = (branches: readonly Branch[]): unknown[] => branches.map(element);

const elements: Readonly<Record<string, (token: Token, inner: unknown[]) => unknown>> = {
  inline: (_, inner) => inner,
  paragraph_open: (token, inner) => (token.hidden ? inner : html`<p>${inner}</p>`),
  heading_open: (token, inner) => heading(Number(token.tag.slice(1)), inner),
  bullet_list_open: (_, inner) => html`<ul>${inner}</ul>`,
  ordered_list_open: (token, inner) => html`<ol start=${token.attrGet('start') ?? nothing}>${inner}</ol>`,
  list_item_open: (_, inner) => html`<li>${inner}</li>`,
  blockquote_open: (_, inner) => html`<blockquote>${inner}</blockquote>`,
  hr: () => html`<hr />`,
  fence: (token) => code(token.content),
  code_block: (token) => code(token.content),
  table_open: (_, inner) => html`<div class="wide"><table>${inner}</table></div>`,
  thead_open: (_, inner) => html`<thead>${inner}</thead>`,
  tbody_open: (_, inner) => html`<tbody>${inner}</tbody>`,
  tr_open: (_, inner) => html`<tr>${inner}</tr>`,
  th_open: (token, inner) => html`<th class=${alignment(token)}>${inner}</th>`,
  td_open: (token, inner) => html`<td class=${alignment(token)}>${inner}</td>`,
  strong_open: (_, inner) => html`<strong>${inner}</strong>`,
  em_open: (_, inner) => html`<em>${inner}</em>`,
  s_open: (_, inner) => html`<s>${inner}</s>`,
  code_inline: (token) => html`<code>${marked(token.content)}</code>`,
  link_open: (token, inner) => link(String(token.attrGet('href')), inner),
  image: (token, inner) => link(String(token.attrGet('src')), token.content ? inner : ['picture']),
  softbreak: () => html`<br />`,
  hardbreak: () => html`<br />`,
};

function element({ token, children }: Branch): unknown {
  return elements[token.type]?.(token, show(children)) ?? marked(token.content);
}

/** Below the headings of the panel, and never as large as those. */
function heading(level: number, inner: unknown): TemplateResult {
  return html`<div class="title title-${level}" role="heading" aria-level=${Math.min(6, level + 2)}>${inner}</div>`;
}

function code(text: string): TemplateResult {
  return html`<pre tabindex="0"><code>${marked(text.replace(/\n$/, ''))}</code></pre>`;
}

/** The words may say anything, so the address is told too. */
function link(address: string, inner: unknown): unknown {
  if (!isSafeLink(address)) return inner;
  return html`<a href=${address} title=${spellOut(address)} target="_blank" rel="noopener noreferrer">${inner}</a>`;
}

const alignment = (token: Token): string => (/right/.test(String(token.attrGet('style'))) ? 'number' : '');
