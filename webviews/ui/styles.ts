/** What every element shares: the look of native VS Code from its variables, and nothing of any one panel. */
import { css } from 'lit';

export const base = css`
  :host {
    --fw-dim: var(--vscode-descriptionForeground);
    --fw-line: var(--vscode-panel-border, var(--vscode-widget-border, #80808059));
    --fw-edge: var(--vscode-contrastBorder, var(--vscode-widget-border, var(--fw-line)));
    --fw-good: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
    --fw-bad: var(--vscode-testing-iconFailed, var(--vscode-charts-red));
    --fw-warn: var(--vscode-charts-yellow);
    --fw-active: var(--vscode-charts-blue);
    --fw-hover: var(--vscode-list-hoverBackground);
    --fw-mono: var(--vscode-editor-font-family, monospace);
    color: var(--vscode-foreground);
    font-size: 13px;
    line-height: 18px;
    box-sizing: border-box;
  }
  *, *::before, *::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  h1, h2, h3, p, dl, dd, ul { margin: 0; padding: 0; }
  h2 { font-size: 11px; font-weight: 600; text-transform: uppercase; letter-spacing: 0.04em; color: var(--fw-dim); }
  h3 { font-size: 13px; font-weight: 600; }
  a { color: var(--vscode-textLink-foreground); text-decoration: none; cursor: pointer; }
  a:hover { text-decoration: underline; }
  svg.icon { width: 16px; height: 16px; flex: none; fill: currentColor; display: block; }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  .dim { color: var(--fw-dim); }
  .mono { font-family: var(--fw-mono); font-size: 12px; }
  .number { font-variant-numeric: tabular-nums; text-align: end; }
  .cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; unicode-bidi: plaintext; }
  .row { display: flex; align-items: center; gap: 8px; min-width: 0; }
  .grow { flex: 1; min-width: 0; }
  .hidden-sign { margin: 0 1px; padding: 0 2px; border: 1px dotted currentColor; border-radius: 3px; font-family: var(--fw-mono); font-size: 0.85em; font-weight: 400; }
  .error { color: var(--vscode-errorForeground); }
  vscode-button[appearance='secondary'] { --button-border: var(--vscode-button-secondaryBorder, var(--vscode-contrastBorder, transparent)); }
  button.plain {
    display: inline-flex; align-items: center; justify-content: center; gap: 4px; height: 22px; padding: 0 6px; margin: 0;
    font: inherit; color: inherit; background: none; border: 1px solid transparent; border-radius: 4px; cursor: pointer;
  }
  button.plain:hover { background: var(--vscode-toolbar-hoverBackground, var(--fw-hover)); border-color: var(--vscode-contrastActiveBorder, transparent); }
  button.plain[aria-pressed='true'] { background: var(--vscode-inputOption-activeBackground, var(--fw-hover)); border-color: var(--vscode-inputOption-activeBorder, var(--vscode-focusBorder)); }
  button.plain:disabled { opacity: 0.5; cursor: default; }
  button.icon-only { width: 22px; padding: 0; }
  select, input.field, textarea.field {
    font: inherit; height: 26px; padding: 0 6px; min-width: 0; width: 100%; color: var(--vscode-input-foreground);
    background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, var(--vscode-dropdown-border, var(--fw-edge)));
    border-radius: 2px;
  }
  select { color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); cursor: pointer; }
  textarea.field { height: auto; padding: 4px 6px; resize: vertical; font-family: var(--fw-mono); font-size: 12px; line-height: 17px; }
  select:focus, input.field:focus, textarea.field:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  input.field[aria-invalid='true'] { border-color: var(--vscode-inputValidation-errorBorder); }
  input.field::placeholder, textarea.field::placeholder { color: var(--vscode-input-placeholderForeground); }
  table { border-collapse: collapse; width: 100%; }
  th { text-align: start; font-weight: 600; color: var(--fw-dim); font-size: 12px; }
  th.number { text-align: end; }
  th, td { height: 22px; padding: 1px 8px; border-bottom: 1px solid var(--fw-line); vertical-align: middle; }
  tbody tr:hover { background: var(--fw-hover); }
  ::-webkit-scrollbar { width: 10px; height: 10px; }
  ::-webkit-scrollbar-thumb { background: var(--vscode-scrollbarSlider-background); }
  ::-webkit-scrollbar-thumb:hover { background: var(--vscode-scrollbarSlider-hoverBackground); }
  ::-webkit-scrollbar-corner { background: transparent; }
`;
