import { css } from 'lit';

export const searchStyles = css`
  :host { display: flex; flex-direction: column; height: 100%; min-height: 0; }
  .top { flex: none; padding: 12px 16px 0; }
  .box { position: relative; display: flex; align-items: center; max-width: 900px; }
  .box > svg { position: absolute; inset-inline-start: 8px; color: var(--fw-dim); pointer-events: none; }
  .box input.field { height: 30px; padding-inline: 30px 30px; font-size: 14px; }
  .box > button { position: absolute; inset-inline-end: 4px; }
  .kinds { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 8px; padding-bottom: 8px; min-height: 31px; }
  .kinds button.plain { border-color: var(--fw-line); border-radius: 11px; padding: 0 9px; }
  .kinds button.plain[aria-pressed='true'] { border-color: var(--vscode-focusBorder); }
  .count { color: var(--fw-dim); font-variant-numeric: tabular-nums; }
  .body { flex: 1; min-height: 0; display: flex; border-top: 1px solid var(--fw-line); }
  .results { flex: 1; min-width: 0; overflow: auto; padding: 8px 16px 32px; }
  .results.old { opacity: 0.6; }
  aside { flex: none; width: 220px; overflow: auto; padding: 12px 12px 24px; border-inline-start: 1px solid var(--fw-line); }
  aside h2 { margin: 0 0 4px 4px; }
  aside section { margin-bottom: 16px; }
  aside button.plain { display: flex; width: 100%; justify-content: flex-start; }
  aside button.plain .count { margin-inline-start: auto; padding-inline-start: 8px; }
  @media (max-width: 760px) { aside { display: none; } }
  .told { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; color: var(--fw-dim); margin-bottom: 4px; min-height: 22px; }
  .told button { font: inherit; padding: 0; border: 0; background: none; color: var(--vscode-textLink-foreground); cursor: pointer; }
  .told button:hover { text-decoration: underline; }
  ol { list-style: none; margin: 0; padding: 0; max-width: 1100px; }
  li { padding: 7px 8px 8px; margin-inline: -8px; border-radius: 4px; }
  li:hover { background: var(--fw-hover); }
  .head { display: flex; align-items: center; gap: 8px; min-width: 0; }
  .head > svg { color: var(--fw-dim); }
  .title { font: inherit; font-weight: 600; padding: 0 2px; margin-inline-start: -2px; border: 0; background: none; color: var(--vscode-textLink-foreground); cursor: pointer; text-align: start; max-width: 60%; }
  .title:hover { text-decoration: underline; }
  .meta { margin-inline-start: auto; flex: none; display: flex; gap: 10px; color: var(--fw-dim); font-size: 12px; max-width: 50%; }
  .start-from { flex: none; margin-block: -3px; opacity: 0; }
  li:hover .start-from, li:focus-within .start-from { opacity: 1; }
  @media (hover: none) { .start-from { opacity: 1; } }
  .lines { margin: 3px 0 0 24px; }
  .line { display: flex; gap: 10px; width: 100%; font: inherit; font-family: var(--fw-mono); font-size: 12px; line-height: 18px; padding: 0 2px; border: 0; background: none; color: inherit; text-align: start; cursor: pointer; min-width: 0; }
  .line:hover { background: var(--fw-hover); }
  .line.prose { font-family: inherit; font-size: 13px; }
  .line .at { flex: none; min-width: 3ch; font-family: var(--fw-mono); font-size: 12px; text-align: end; color: var(--vscode-editorLineNumber-foreground, var(--fw-dim)); }
  mark { color: inherit; background: var(--vscode-editor-findMatchHighlightBackground, #ea5c0055); border-radius: 2px; }
  @media (forced-colors: active) { mark { color: Highlight; background: none; text-decoration: underline; } }
  .facts { margin: 2px 0 0 26px; color: var(--fw-dim); font-size: 12px; }
  .more { margin: 12px 0; }
  .preview { margin: 6px 0 4px 24px; max-height: 420px; overflow: auto; border: 1px solid var(--fw-edge); border-radius: 3px; background: var(--vscode-editor-background); }
  .preview pre { margin: 0; padding: 6px 0; font-family: var(--fw-mono); font-size: 12px; line-height: 18px; width: max-content; min-width: 100%; }
  .preview .row { gap: 12px; padding-inline: 8px; white-space: pre; }
  .preview .row.here { background: var(--vscode-editor-findMatchHighlightBackground, var(--fw-hover)); }
  .preview .row .at { flex: none; width: 5ch; text-align: end; color: var(--vscode-editorLineNumber-foreground, var(--fw-dim)); user-select: none; }
  .start { max-width: 760px; padding: 16px 0; }
  .start h2 { margin: 0 0 6px; }
  .start ul { list-style: none; margin: 0 0 20px; padding: 0; }
  .start li { margin: 0; padding: 0; }
  .start li:hover { background: none; }
  .start button.plain { justify-content: flex-start; max-width: 100%; }
  .start table { width: auto; }
  .start td { border: 0; padding: 1px 24px 1px 0; }
`;
