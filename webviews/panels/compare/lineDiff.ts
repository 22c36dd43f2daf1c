/** Two texts as the lines that differ, with some around them; what takes too long to compare is said to. */
import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { css, html, LitElement } from 'lit';
import { marked } from '../../ui/name.ts';
import { base } from '../../ui/styles.ts';

const around = 3;
const longestMs = 1000;
const shownLines = 3000;

export class LineDiff extends LitElement {
  static override properties = { old: {}, present: {} };
  declare old: string;
  declare present: string;

  static override styles = [
    base,
    css`
      :host { display: block; overflow: auto; }
      ol { list-style: none; margin: 0; padding: 4px 0; font-family: var(--fw-mono); font-size: 12px; min-width: max-content; }
      li { padding: 0 12px; white-space: pre; unicode-bidi: plaintext; min-height: 18px; }
      .added { background: var(--vscode-diffEditor-insertedLineBackground, color-mix(in srgb, var(--fw-good) 14%, transparent)); border-inline-start: 3px solid var(--vscode-gitDecoration-addedResourceForeground, var(--fw-good)); }
      .removed { background: var(--vscode-diffEditor-removedLineBackground, color-mix(in srgb, var(--fw-bad) 14%, transparent)); border-inline-start: 3px solid var(--vscode-gitDecoration-deletedResourceForeground, var(--fw-bad)); }
      .place { color: var(--fw-dim); padding-top: 6px; }
      p { padding: 8px 12px; color: var(--fw-dim); }
    `,
  ];

  constructor() {
    super();
    this.old = '';
    this.present = '';
  }

  override render() {
    if (this.old === this.present) return html`<p>The same as the baseline.</p>`;
    const patch = structuredPatch('', '', this.old, this.present, '', '', { context: around, timeout: longestMs });
    if (!patch) return html`<p>The texts differ too much to be shown line by line.</p>`;
    const lines = patch.hunks.flatMap(linesOf);
    return html`<ol aria-label="Lines that differ">${lines.slice(0, shownLines).map(lineOf)}</ol>
      ${lines.length > shownLines ? html`<p>The first ${shownLines} lines are shown.</p>` : ''}`;
  }
}

function linesOf({ oldStart, newStart, lines }: StructuredPatchHunk): readonly string[] {
  return [`@ line ${oldStart} of the baseline, ${newStart} here`, ...lines];
}

const looks: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'place', '\\': 'place' };

function lineOf(line: string) {
  return html`<li class=${looks[line.charAt(0)] ?? ''}>${marked(line)}</li>`;
}

customElements.define('fw-line-diff', LineDiff);
