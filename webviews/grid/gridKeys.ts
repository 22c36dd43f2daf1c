/** Which key does what in the table. Pure; `?` shows the same list to the person. */
import type { TableRow } from './tableRow.ts';

export type GridCommand =
  | 'open'
  | 'extend-up'
  | 'extend-down'
  | 'choose-all'
  | 'star'
  | 'note'
  | 'tags'
  | 'colour'
  | 'delete'
  | 'menu'
  | 'expand'
  | 'collapse';

type Key = {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
};

const plain: Readonly<Record<string, GridCommand>> = {
  Enter: 'open',
  s: 'star',
  n: 'note',
  t: 'tags',
  c: 'colour',
  Delete: 'delete',
  ContextMenu: 'menu',
  ArrowRight: 'expand',
  ArrowLeft: 'collapse',
};
const shifted: Readonly<Record<string, GridCommand>> = {
  ArrowUp: 'extend-up',
  ArrowDown: 'extend-down',
  F10: 'menu',
};

export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Key): GridCommand | null {
  const command = ctrlKey || metaKey;
  if (command && !shiftKey && !altKey && key.toLowerCase() === 'a') return 'choose-all';
  if (command || altKey) return null;
  return (shiftKey ? shifted[key] : plain[key]) ?? null;
}

/** On a heading. */
export function isHeaderMenu(event: Key): boolean {
  return commandOf(event) === 'menu' || (event.altKey && event.key === 'ArrowDown');
}

/** Right and left open and close groups; elsewhere they only move. */
export function appliesTo(command: GridCommand, row: TableRow): boolean {
  if (command !== 'expand' && command !== 'collapse') return true;
  return row.kind === 'group' && row.open === (command === 'collapse');
}

export const keyHelp: readonly (readonly [string, string])[] = [
  ['Arrow keys, Page Up, Page Down, Home, End', 'Move'],
  ['Enter', 'Open the run; open or close the group'],
  ['Space', 'Choose the run, or no longer'],
  ['Shift+Up, Shift+Down', 'Choose one run after another'],
  ['Ctrl+A', 'Choose all rows that are loaded'],
  ['S', 'Star'],
  ['C', 'Colour'],
  ['N', 'Note'],
  ['T', 'Tags'],
  ['Delete', 'Delete the chosen runs, or this one'],
  ['Right, Left on a group', 'Open it, close it'],
  ['Shift+F10, Menu key', 'Menu of the row or of the column'],
  ['Enter on a heading', 'Sort by it; with Shift as well as by the others'],
  ['Alt+Down on a heading', 'Menu of the column'],
  ['Shift+Left, Shift+Right on a heading', 'Move the column'],
  ['Alt+Left, Alt+Right on a heading', 'Make it narrower or wider'],
  ['/', 'To the filter'],
  ['?', 'These keys'],
];
