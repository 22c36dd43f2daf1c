/** Something secret that is shown this once, to be copied: a token, a link. */
import { css, html } from 'lit';
import { iconButton } from './controls.ts';

export const shownOnceStyles = css`
  .made { display: flex; align-items: center; gap: 8px; margin: 10px 0; padding: 8px 10px; border: 1px solid var(--fw-good); border-radius: 3px; }
  .made code { font-family: var(--fw-mono); font-size: 12px; overflow-wrap: anywhere; user-select: all; }
`;

export type ShownOnce = {
  readonly text: string;
  readonly what: string;
  readonly hint: string;
  readonly onDone: () => void;
};

export function shownOnce({ text, what, hint, onDone }: ShownOnce) {
  return html`<div class="made" role="status"><code>${text}</code>
    ${iconButton({ icon: 'copy', label: `Copy the ${what}`, onClick: () => void navigator.clipboard.writeText(text) })}
    <span class="dim grow">${hint}</span>
    <button class="plain" @click=${onDone}>Done</button></div>`;
}
