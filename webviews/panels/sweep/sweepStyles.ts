/** The look of the sweep panel. */
import { css } from 'lit';

export const sweepStyles = css`
  :host { display: flex; flex-direction: column; height: 100%; overflow: auto; }
  .page { width: 100%; max-width: 1280px; margin: 0 auto; padding: 16px 24px 40px; }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 16px; }
  .bar label { display: flex; align-items: center; gap: 8px; }
  .bar select { width: auto; max-width: 260px; }
  h1 { font-size: 18px; line-height: 24px; font-weight: 600; min-width: 0; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; }
  .head h1 { max-width: 60ch; }
  .sub { margin: 4px 0 14px; display: flex; flex-wrap: wrap; align-items: center; gap: 2px 16px; color: var(--fw-dim); }
  button.link { padding-inline: 4px; margin-inline: -5px; max-width: 100%; color: var(--vscode-textLink-foreground); }
  .why { margin: 0 0 14px; padding: 6px 10px; border-inline-start: 3px solid var(--fw-line); overflow-wrap: anywhere; }
  .why.bad { border-color: var(--fw-bad); }
  .facts { display: grid; grid-template-columns: minmax(260px, 2fr) minmax(280px, 3fr); gap: 16px; margin-bottom: 16px; }
  .card { border: 1px solid var(--fw-edge); border-radius: 4px; padding: 12px 14px; min-width: 0; }
  .card h2 { margin-bottom: 8px; }
  .gauge { display: grid; grid-template-columns: 56px 1fr 150px; align-items: center; gap: 4px 10px; margin-bottom: 6px; font-variant-numeric: tabular-nums; }
  .gauge b { font-weight: 400; color: var(--fw-dim); }
  .gauge i { display: block; height: 6px; border-radius: 3px; background: var(--fw-line); overflow: hidden; border: 1px solid var(--vscode-contrastBorder, transparent); }
  .gauge i u { display: block; height: 100%; background: var(--fw-active); forced-color-adjust: none; }
  @media (forced-colors: active) { .gauge i { background: none; border-color: currentColor; } }
  .best { font-size: 24px; line-height: 30px; font-variant-numeric: tabular-nums; }
  .given { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 8px 0 0; }
  .given div { display: flex; gap: 6px; min-width: 0; }
  .given dt { color: var(--fw-dim); }
  .given dd { font-family: var(--fw-mono); font-size: 12px; }
  .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 16px; margin: 0 0 20px; --fw-chart-height: 260px; }
  .charts .wide { grid-column: 1 / -1; }
  .scroll { overflow-x: auto; }
  th button.plain { font-weight: 600; padding: 0 2px; margin-inline: -3px; color: inherit; }
  td { white-space: nowrap; max-width: 320px; overflow: hidden; text-overflow: ellipsis; height: 26px; }
  td.detail { max-width: 420px; color: var(--fw-dim); }
  tr.best-row td:first-child { box-shadow: inset 3px 0 var(--fw-good); }
  form.budget { display: flex; flex-wrap: wrap; align-items: end; gap: 8px 12px; margin: 0 0 16px; padding: 12px 14px; border: 1px solid var(--fw-edge); border-radius: 4px; }
  form.budget label { display: flex; flex-direction: column; gap: 4px; width: 130px; }
  form.budget p { flex-basis: 100%; color: var(--fw-dim); }
  @media (max-width: 720px) { .facts { grid-template-columns: 1fr; } .charts { grid-template-columns: 1fr; } .page { padding-inline: 12px; } }
`;
