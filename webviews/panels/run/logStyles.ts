/** Colours of output, from the terminal's own. */
import { css, unsafeCSS } from 'lit';

const names = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'];
const rules = names.flatMap((name) => [
  rule(`ansi-${name.toLowerCase()}`, `ansi${name}`),
  rule(`ansi-bright-${name.toLowerCase()}`, `ansiBright${name}`),
]);

function rule(className: string, variable: string): string {
  return `.${className}-fg { color: var(--vscode-terminal-${variable}); } .${className}-bg { background-color: var(--vscode-terminal-${variable}); }`;
}

export const logStyles = css`
  ${unsafeCSS(rules.join('\n'))}
  .bold { font-weight: 700; }
  .faint { opacity: 0.7; }
  .italic { font-style: italic; }
  .underline { text-decoration: underline; }
`;
