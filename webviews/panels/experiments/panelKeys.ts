/** Keys that hold anywhere in the panel, but for its fields. */
import { showKeys } from './keysHelp.ts';

export function panelKeys(focusFilter: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '?') showKeys();
    else if (event.key === '/') focusFilter();
    else return;
    event.preventDefault();
  };
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
}
