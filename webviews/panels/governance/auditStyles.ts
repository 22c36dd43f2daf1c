/** How the event log lies. */
import { css } from 'lit';

export const auditStyles = css`
  .bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin-bottom: 12px; }
  .bar label { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--fw-dim); }
  .bar select { width: auto; max-width: 180px; }
  .bar .object { flex: 1 1 160px; max-width: 260px; }
  .bar input[type='date'] { width: 128px; }
  .verdict { display: flex; gap: 8px; padding: 6px 10px; margin-bottom: 12px; border: 1px solid var(--fw-edge); border-radius: 3px; overflow-wrap: anywhere; }
  .verdict.good svg { color: var(--fw-good); }
  .verdict.bad { border-color: var(--vscode-inputValidation-errorBorder); background: var(--vscode-inputValidation-errorBackground); color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground)); }
  table { table-layout: fixed; margin-bottom: 12px; }
  td, th { height: 26px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .when { width: 178px; padding-inline-start: 0; }
  .who { width: 150px; }
  .what { width: 210px; }
  .at { width: 76px; padding-inline-end: 0; }
  .about div { cursor: pointer; }
  .about .whole { white-space: normal; overflow-wrap: anywhere; padding-block: 4px; }
  .part { margin-inline-end: 12px; }
  .part:nth-child(n + 2) { color: var(--fw-dim); }
  @media (max-width: 720px) { .who { width: 96px; } .what { width: 130px; } .when { width: 96px; } .at { display: none; } }
`;
