import { css } from 'lit';

export const compareStyles = css`
  :host { display: flex; flex-direction: column; height: 100%; min-height: 0; }
  h1 { font-size: 15px; font-weight: 600; }
  header { padding: 8px 12px; gap: 12px; }
  .content { flex: 1; min-height: 0; display: flex; flex-direction: column; }
  .content > fw-compare-grid { flex: 0 1 auto; }
  .content > :is(fw-compare-curves-tab, fw-files-tab, fw-compare-code-tab) { flex: 1; min-height: 0; }
  .none { padding: 16px 12px; }
`;
