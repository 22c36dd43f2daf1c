/** What the parts of the panel look like together. */
import { css } from 'lit';

export const environmentStyles = css`
  .look { display: inline-flex; align-items: center; gap: 5px; min-width: 0; vertical-align: bottom; }
  .look svg.icon { width: 14px; height: 14px; }
  .look.good svg { color: var(--fw-good); }
  .look.bad svg { color: var(--fw-bad); }
  .look.warn svg { color: var(--fw-warn); }
  .look.active svg { color: var(--fw-active); animation: fw-turn 1.6s linear infinite; }
  .look.dim svg { color: var(--fw-dim); }
  @keyframes fw-turn { to { transform: rotate(1turn); } }
  @media (prefers-reduced-motion: reduce) { .look svg { animation: none !important; } }
  .sign { flex: none; padding: 0 6px; border: 1px solid var(--fw-edge); border-radius: 8px; font-size: 11px; line-height: 16px; color: var(--fw-dim); white-space: nowrap; }
  .sign.deprecated { color: var(--vscode-editorWarning-foreground, var(--fw-warn)); border-color: currentColor; }
  .sign.retired { color: var(--vscode-errorForeground); border-color: currentColor; }
  .sign.default { color: var(--vscode-badge-foreground); background: var(--vscode-badge-background); border-color: var(--vscode-contrastBorder, transparent); }
`;
