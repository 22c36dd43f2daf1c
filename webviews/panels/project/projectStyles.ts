/** What the parts of the project's home share. */
import { css } from 'lit';

export const sectionStyles = css`
  :host { display: block; min-width: 0; }
  .heading { display: flex; align-items: center; gap: 6px; min-height: 24px; margin-bottom: 4px; }
  .heading h2 { flex: 1; }
  ul { list-style: none; display: flex; flex-direction: column; }
  li { min-width: 0; }
  .hint { color: var(--fw-dim); padding: 2px 0 4px; }
  .line { display: flex; align-items: center; gap: 6px; min-height: 26px; min-width: 0; }
  .line .plain, .quiet { opacity: 0; }
  .line:hover .plain, .line:focus-within .plain { opacity: 1; }
  @media (hover: none), (forced-colors: active) { .line .plain { opacity: 1; } }
  .small { font-size: 12px; }
  .link { padding-inline: 0; max-width: 100%; color: var(--vscode-textLink-foreground); }
  .link:hover { text-decoration: underline; background: none; }
`;
