/** What the parts of the project's home share. */
import { css } from 'lit';

export const sectionStyles = css`
  :host { display: block; min-width: 0; }
  .heading { display: flex; align-items: center; gap: 6px; min-height: 24px; margin-bottom: 4px; }
  .heading h2 { flex: 1; }
  ul { list-style: none; display: flex; flex-direction: column; }
  li { min-width: 0; }
  .hint { color: var(--fw-dim); padding: 2px 0 4px; }
  .hint + .heading { margin-top: 16px; }
  .line { display: flex; align-items: center; gap: 6px; min-height: 26px; min-width: 0; }
  .line .icon-only { opacity: 0; }
  .line:hover .icon-only, .line:focus-within .icon-only, .line .icon-only[aria-pressed='true'] { opacity: 1; }
  @media (hover: none), (forced-colors: active) { .line .icon-only { opacity: 1; } }
  .small { font-size: 12px; }
  button.plain.link { padding: 0; border: 0; max-width: 100%; height: auto; color: var(--vscode-textLink-foreground); text-align: start; }
  button.plain.link:hover { text-decoration: underline; background: none; }
  button.plain.link:focus-visible { outline-offset: 1px; }
`;
