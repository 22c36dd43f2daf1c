/** The few rules of the page itself; everything else is styled inside the elements. */
export function pageSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    html, body { height: 100%; margin: 0; }
    body {
      padding: 0 !important;
      overflow: hidden;
      display: flex;
      flex-direction: column;
      font-family: var(--vscode-font-family);
      font-size: var(--vscode-font-size, 13px);
      color: var(--vscode-foreground);
      background: var(--vscode-editor-background);
    }
    body > * { flex: 1; min-height: 0; }
    body[data-panel=launch].vscode-dark, body[data-panel=launch].vscode-light { background: var(--vscode-sideBar-background); }
  `);
  return sheet;
}
