/** How cells, headings and rows of the table look, beyond the grid's own theme. */
import { css } from 'lit';

export const gridStyles = css`
  :host { display: block; min-height: 0; }
  .grid { height: 100%; }
  .ag-cell { unicode-bidi: plaintext; }
  .ag-cell.number { justify-content: end; text-align: end; font-variant-numeric: tabular-nums; font-family: var(--fw-mono); font-size: 12px; }
  .ag-cell.mono { font-family: var(--fw-mono); font-size: 12px; }
  .head { display: flex; align-items: center; gap: 2px; width: 100%; min-width: 0; height: 100%; cursor: pointer; }
  .head .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext; }
  .head .order { display: inline-flex; align-items: center; flex: none; font-size: 10px; color: var(--vscode-textLink-foreground); }
  .head svg { width: 12px; height: 12px; }
  .ag-header-cell.number .head { flex-direction: row-reverse; }
  .open-menu { flex: none; width: 16px; height: 18px; padding: 0; margin-inline-start: auto; display: grid; place-items: center; border: 0; border-radius: 3px; background: none; color: inherit; opacity: 0; cursor: pointer; }
  .ag-header-cell.number .open-menu { margin-inline: 0 auto; }
  .ag-header-cell:hover .open-menu, .ag-header-cell:focus .open-menu { opacity: 1; }
  .open-menu:hover { background: var(--vscode-toolbar-hoverBackground, var(--fw-hover)); }
  .ag-header-cell:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -2px; }
  .state { display: inline-flex; align-items: center; gap: 5px; min-width: 0; width: 100%; }
  .state > span { flex: none; }
  .state svg { width: 14px; height: 14px; flex: none; display: block; }
  .state .name { flex: 0 1 auto; overflow: hidden; text-overflow: ellipsis; unicode-bidi: plaintext; }
  .state .swatch { width: 4px; height: 16px; border-radius: 2px; background: var(--swatch, transparent); forced-color-adjust: none; margin-inline: -4px -1px; }
  .state.member { padding-inline-start: 16px; }
  .mark { flex: none; width: 18px; height: 18px; padding: 0; display: grid; place-items: center; border: 0; border-radius: 3px; background: none; color: var(--fw-dim); cursor: pointer; opacity: 0; }
  .mark:hover { background: var(--vscode-toolbar-hoverBackground, var(--fw-hover)); }
  .ag-row:hover .mark, .ag-cell:focus .mark, .mark:focus-visible, .mark.on { opacity: 1; }
  .mark.star.on { color: var(--fw-warn); }
  .mark.star.on svg path { fill: currentColor; }
  .queued svg.icon, .stopped svg.icon { color: var(--fw-dim); }
  .preparing .look svg, .starting .look svg, .running .look svg { color: var(--fw-active); }
  .succeeded .look svg { color: var(--fw-good); }
  .failed .look svg { color: var(--fw-bad); }
  .lost .look svg { color: var(--fw-warn); }
  .group-name { display: inline-flex; align-items: center; gap: 4px; min-width: 0; width: 100%; cursor: pointer; }
  .group-name .values { overflow: hidden; text-overflow: ellipsis; font-weight: 600; }
  .group-name .runs { flex: none; color: var(--fw-dim); }
  .ag-row.group-row { background: var(--vscode-sideBar-background); }
  .spread { color: var(--fw-dim); }
  .odd { color: var(--fw-warn); }
  .bar { position: relative; display: block; }
  .bar i { position: absolute; inset-block: 2px; inset-inline-start: 0; border-radius: 2px; background: var(--vscode-charts-blue); opacity: 0.28; }
  .bar b { position: relative; font-weight: 400; }
  .curve { display: flex; align-items: center; gap: 6px; justify-content: end; width: 100%; }
  .curve svg { flex: 1; min-width: 0; height: 18px; overflow: visible; }
  .curve span { min-width: 8ch; text-align: end; }
  .curve path { fill: none; stroke: var(--vscode-charts-blue); stroke-width: 1.2; vector-effect: non-scaling-stroke; }
  .ag-row.deleted { opacity: 0.7; }
  .ag-row-selected::before { background: var(--vscode-list-activeSelectionBackground) !important; }
  .ag-row-selected { color: var(--vscode-list-activeSelectionForeground); }
  .ag-row-selected .ag-cell { border-color: transparent; }
  .ag-row-selected .spread, .ag-row-selected .mark { color: inherit; }
  @media (forced-colors: active) {
    .ag-checkbox-input-wrapper.ag-checked { background: Highlight; forced-color-adjust: none; }
    .ag-row-selected .ag-cell[col-id='attribute:name'] { background: Highlight; color: HighlightText; forced-color-adjust: none; }
  }
  @media (forced-colors: active) { .ag-cell, .ag-row { border-color: Canvas !important; } .bar i { background: Highlight; } .curve path { stroke: CanvasText; } }
`;
