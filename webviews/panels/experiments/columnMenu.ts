/** What can be done with a column, from its heading. Says what is wanted; the panel does it. */
import type { ViewColumn, ViewContent } from '../../../protocol/model/view.ts';
import { type MenuItem, openMenu } from '../../ui/menu.ts';
import { spellOut } from '../../ui/name.ts';
import type { Anchor } from '../../ui/popup.ts';
import type { ColumnWish } from './columnChanges.ts';
import { columnOf, type MetricPart, metricColumn, nameColumn, type TableColumn } from './tableColumn.ts';

type MenuFor = {
  readonly id: string;
  readonly settings: ViewContent;
  readonly anchor: Anchor;
  readonly onWish: (wish: ColumnWish) => void;
};

export function openColumnMenu({ id, settings, anchor, onWish }: MenuFor): void {
  const column = columnOf(id);
  const shown = settings.columns.find((one) => one.id === id);
  if (!column || !shown) return;
  const sections = [
    sortItems(column, settings),
    placeItems(column, shown),
    readingItems(column, shown),
    useItems(column, settings),
  ];
  const items = sections.flatMap((wishes) => wishes.map((item) => ('title' in item ? item : toItem(item, onWish))));
  openMenu(`Column ${spellOut(column.label)}`, items, anchor);
}

type WishItem = Omit<Exclude<MenuItem, { readonly title: string }>, 'run'> & { readonly wish: ColumnWish };
type Wishes = readonly (WishItem | { readonly title: string })[];

function toItem({ wish, ...item }: WishItem, onWish: (wish: ColumnWish) => void): MenuItem {
  return { ...item, run: () => onWish(wish) };
}

function sortItems({ id, grammar }: TableColumn, { sort }: ViewContent): Wishes {
  if (grammar === null) return [];
  const present = sort.find((item) => item.id === id)?.direction ?? null;
  const others = sort.some((item) => item.id !== id);
  const by = (label: string, direction: 'asc' | 'desc' | null, beside = false): WishItem => ({
    label,
    checked: !beside && present === direction,
    wish: { kind: 'sort', direction, beside },
  });
  const plain = [by('Sort ascending', 'asc'), by('Sort descending', 'desc')];
  const beside =
    others && present === null
      ? [
          { ...by('Then by this, ascending', 'asc', true), checked: undefined, icon: 'up' as const },
          { ...by('Then by this, descending', 'desc', true), checked: undefined, icon: 'down' as const },
        ]
      : [];
  return [
    ...plain,
    ...(present === null ? [] : [{ ...by('Do not sort by this', null), checked: undefined }]),
    ...beside,
  ];
}

function placeItems({ id }: TableColumn, { pinned }: ViewColumn): Wishes {
  const pin = (label: string, side: ViewColumn['pinned']): WishItem => ({
    label,
    checked: pinned === side,
    wish: { kind: 'pin', pinned: side },
  });
  return [
    { title: 'Place' },
    pin('Pinned left', 'left'),
    pin('Pinned right', 'right'),
    pin('Not pinned', null),
    { label: 'Move left', icon: 'left', wish: { kind: 'step', step: -1 } },
    { label: 'Move right', icon: 'right', wish: { kind: 'step', step: 1 } },
    { label: 'Fit width', icon: 'columns', wish: { kind: 'fit' } },
    { label: 'Hide', icon: 'close', disabled: id === nameColumn, wish: { kind: 'hide' } },
  ];
}

const parts: readonly (readonly [MetricPart, string])[] = [
  ['last', 'Last value'],
  ['best', 'Best value'],
  ['min', 'Least value'],
  ['max', 'Greatest value'],
];

function readingItems({ kind, key, part }: TableColumn, { look }: ViewColumn): Wishes {
  if (kind !== 'metric') return [];
  const looks = [
    ['plain', 'Numbers'],
    ['bar', 'Bars'],
    ['curve', 'Curves'],
  ] as const;
  return [
    { title: 'Value' },
    ...parts.map(
      ([one, label]): WishItem => ({
        label,
        checked: part === one,
        wish: { kind: 'part', id: metricColumn(key, one) },
      }),
    ),
    {
      label: typeof part === 'number' ? `At step ${part}…` : 'At a step…',
      checked: typeof part === 'number',
      wish: { kind: 'part-at-step' },
    },
    { title: 'Shown as' },
    ...looks.map(([one, label]): WishItem => ({ label, checked: look === one, wish: { kind: 'look', look: one } })),
  ];
}

function useItems({ grammar, id, kind }: TableColumn, { groupBy }: ViewContent): Wishes {
  if (grammar === null) return [];
  const full = groupBy.length >= 3 || groupBy.includes(id);
  return [
    { title: 'Runs' },
    { label: 'Group by this', icon: 'group', disabled: full || kind === 'metric', wish: { kind: 'group' } },
    { label: 'Filter by this…', icon: 'filter', wish: { kind: 'filter' } },
  ];
}
