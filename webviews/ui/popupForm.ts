/** The look of small forms that stand over the page: what they share, and nothing of any one. */
import { css } from 'lit';

export const popupFormStyles = css`
  :host {
    width: min(420px, calc(100vw - 16px)); max-height: min(80vh, 640px); overflow: auto; padding: 12px; font-family: var(--vscode-font-family);
    color: var(--vscode-foreground); background: var(--vscode-editorWidget-background); border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, var(--fw-line)));
    border-radius: 4px; box-shadow: 0 2px 8px var(--vscode-widget-shadow);
  }
  form { display: flex; flex-direction: column; gap: 10px; }
  h3 { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  footer { display: flex; align-items: center; justify-content: flex-end; gap: 8px; }
  footer .dim { margin-inline-end: auto; }
  label { display: flex; flex-direction: column; gap: 4px; }
  ul { padding-inline-start: 18px; }
  label.inline { flex-direction: row; align-items: center; gap: 6px; }
`;
