/** How the experiments panel lies: toolbar, table with its columns beside it, what is chosen, comparison. */
import { css } from 'lit';

export const experimentsStyles = css`
  :host { display: flex; flex-direction: column; height: 100%; min-height: 0; position: relative; }
  .toolbar { position: relative; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; padding: 8px 12px; border-bottom: 1px solid var(--fw-line); flex: none; }
  .pick { width: 200px; }
  .narrow { width: 92px; }
  .shown-as { display: inline-flex; gap: 2px; }
  .count { min-width: 60px; text-align: end; white-space: nowrap; }
  .table { flex: 1 1 50%; min-height: 120px; position: relative; display: flex; }
  .table > :first-child { flex: 1; min-width: 0; }
  .rows { flex: 1; min-width: 0; position: relative; display: flex; flex-direction: column; }
  .rows fw-run-grid { flex: 1; min-height: 0; }
  .over { position: absolute; inset: 29px 0 0; background: var(--vscode-editor-background); overflow: auto; }
  .groups { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 4px 12px; border-bottom: 1px solid var(--fw-line); background: var(--vscode-sideBar-background); }
  .groups .chip { display: inline-flex; align-items: center; gap: 2px; padding: 0 0 0 8px; height: 24px; border-radius: 4px; border: 1px solid var(--fw-edge); background: var(--vscode-editor-background); max-width: 260px; overflow: hidden; }
  .groups .add { width: 150px; }
  .pill {
    position: absolute; z-index: 10; top: 36px; left: 50%; translate: -50%; display: inline-flex; align-items: center; gap: 6px; height: 26px; padding: 0 12px; border-radius: 13px; cursor: pointer; font: inherit;
    color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: 1px solid var(--vscode-contrastBorder, transparent); box-shadow: 0 2px 8px var(--vscode-widget-shadow);
  }
  .pill:hover { background: var(--vscode-button-hoverBackground); }
  fw-compare-drawer { flex: 1 1 50%; min-height: 180px; }
  .problem { margin: 6px 12px; }
  .grow { flex: 1; }
`;
