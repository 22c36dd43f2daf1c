/** How the launch panel lies in a narrow sidebar. */
import { css } from 'lit';

export const launchStyles = css`
  :host { display: flex; flex-direction: column; height: 100%; min-height: 0; }
  .form { flex: 1; min-height: 0; overflow: auto; padding: 10px 14px 14px; display: flex; flex-direction: column; gap: 14px; }
  section { min-width: 0; }
  h2 { margin-bottom: 4px; }
  h2 .optional { font-weight: 400; text-transform: none; letter-spacing: 0; }
  .hint { margin-top: 5px; color: var(--fw-dim); font-size: 12px; overflow-wrap: anywhere; }
  .hint.error { color: var(--vscode-errorForeground); margin-bottom: 6px; }
  .hint svg.icon { display: inline-block; vertical-align: -3px; }
  .offers { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 5px; }
  .offer { border-color: var(--fw-edge); max-width: 100%; min-width: 0; }
  vscode-text-field { width: 100%; }
  footer { flex: none; padding: 10px 14px 12px; border-top: 1px solid var(--fw-line); display: flex; flex-direction: column; gap: 8px; }
  footer vscode-button { width: 100%; }
  footer .likely { color: var(--fw-dim); font-size: 12px; text-align: center; margin-top: -4px; }
 .price { color: var(--fw-dim); text-align: center; min-height: 18px; }
  footer .over { display: flex; gap: 6px; padding: 5px 8px; font-size: 12px; overflow-wrap: anywhere; color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground)); background: var(--vscode-inputValidation-warningBackground); border: 1px solid var(--vscode-inputValidation-warningBorder); }
  .steps { display: flex; flex-direction: column; gap: 2px; max-height: 120px; overflow: auto; }
  .steps .row:not(:last-child) { color: var(--fw-dim); }
`;
