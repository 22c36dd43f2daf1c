/** What the parts of the panel look like together. */
import { css } from 'lit';

export const jobsStyles = css`
  .page { width: 100%; max-width: 1280px; margin: 0 auto; padding: 16px 24px 40px; }
  h2 { margin: 0 0 6px; }
  section + section { margin-top: 24px; }
  table { table-layout: fixed; }
  td, th { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; height: 28px; }
  th:first-child, td:first-child { padding-inline-start: 0; }
  td .link { padding-inline: 0; border-inline-width: 0; max-width: 100%; justify-content: flex-start; color: var(--vscode-textLink-foreground); }
  td .link:hover { text-decoration: underline; background: none; }
  td.acts, th.acts { text-align: end; padding-inline-end: 0; }
  td.acts button { vertical-align: middle; margin-inline-start: -2px; }
  .sign { flex: none; padding: 0 6px; border: 1px solid var(--fw-edge); border-radius: 8px; font-size: 11px; line-height: 16px; color: var(--fw-dim); white-space: nowrap; }
  .sign.warn { color: var(--vscode-editorWarning-foreground, var(--fw-warn)); border-color: currentColor; }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-bottom: 12px; }
  @media (max-width: 760px) { .wide { display: none; } .page { padding: 12px; } }
`;
