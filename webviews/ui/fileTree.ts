/** What the two trees of files share: their look, and moving through them by arrow keys. */
import { css } from 'lit';

export const splitStyles = css`
  :host { display: flex; min-height: 0; }
  .tree { width: clamp(160px, 32%, 340px); flex: none; overflow: auto; padding: 4px 0; border-inline-end: 1px solid var(--fw-line); }
  .item {
    display: flex; align-items: center; gap: 6px; width: 100%; height: 22px; padding: 0 8px; border: 0;
    font: inherit; color: inherit; background: none; text-align: start; cursor: pointer;
  }
  .item:hover { background: var(--fw-hover); }
  .item[aria-selected='true'] { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
  .item[aria-selected='true'] .dim { color: inherit; }
  .item:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  .preview { flex: 1; min-width: 0; display: flex; flex-direction: column; }
  .preview header { padding: 4px 8px 4px 16px; min-height: 31px; border-bottom: 1px solid var(--fw-line); flex: none; }
  .preview > fw-file-preview { flex: 1; min-height: 0; }
  :host > .state-box, :host > .skeleton { flex: 1; }
  @media (max-width: 460px) { :host { flex-direction: column; } .tree { width: 100%; max-height: 40%; border-inline-end: 0; border-bottom: 1px solid var(--fw-line); } }
`;

export function moveInTree(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const tree = event.currentTarget as HTMLElement;
  const items = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const at = items.indexOf(event.target as HTMLElement);
  const item = items[at];
  if (!item) return;
  if (step) {
    event.preventDefault();
    items[at + step]?.focus();
  }
  const expanded = item.getAttribute('aria-expanded');
  if ((event.key === 'ArrowRight' && expanded === 'false') || (event.key === 'ArrowLeft' && expanded === 'true'))
    item.click();
}
