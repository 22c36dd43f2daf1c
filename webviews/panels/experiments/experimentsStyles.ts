/** How the experiments panel lies: toolbar, table, what is chosen, comparison. */
import { css } from 'lit';

export const experimentsStyles = css`
  :host { display: flex; flex-direction: column; height: 100%; min-height: 0; }
  .toolbar { position: relative; display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 8px 12px; border-bottom: 1px solid var(--fw-line); flex: none; }
  .pick { width: 220px; }
  .narrow { width: 92px; }
  .count { min-width: 60px; text-align: end; white-space: nowrap; }
  .table { flex: 1 1 50%; min-height: 120px; position: relative; display: flex; flex-direction: column; }
  .table fw-run-grid { flex: 1; min-height: 0; }
  .over { position: absolute; inset: 29px 0 0; background: var(--vscode-editor-background); overflow: auto; }
  .actions { display: flex; align-items: center; gap: 8px; padding: 3px 12px; min-height: 30px; border-top: 1px solid var(--fw-line); background: var(--vscode-sideBar-background); flex: none; }
  fw-compare-drawer { flex: 1 1 50%; min-height: 180px; }
  .problem { margin: 6px 12px; }
  .grow { flex: 1; }
`;
