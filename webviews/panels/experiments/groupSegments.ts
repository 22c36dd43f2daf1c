/**
 * Groups and the members of open ones as one list of rows: which groups and
 * which members stand in a stretch of it. Pure.
 */
export type OpenGroup = { readonly index: number; readonly runs: number };

export type Segment =
  | { readonly kind: 'groups'; readonly offset: number; readonly limit: number }
  | { readonly kind: 'members'; readonly index: number; readonly offset: number; readonly limit: number };

/** `open` is in the order of the groups. */
export function segmentsOf(
  open: readonly OpenGroup[],
  groups: number,
  stretch: { readonly offset: number; readonly limit: number },
): Segment[] {
  const end = stretch.offset + stretch.limit;
  const segments: Segment[] = [];
  let row = 0;
  let next = 0;
  const take = (length: number, segment: (offset: number, limit: number) => Segment) => {
    const from = Math.max(stretch.offset, row);
    const to = Math.min(end, row + length);
    if (from < to) segments.push(segment(from - row, to - from));
    row += length;
  };
  const takeGroups = (until: number) => {
    const first = next;
    take(until - first, (offset, limit) => ({ kind: 'groups', offset: first + offset, limit }));
    next = until;
  };
  for (const { index, runs } of open) {
    if (row >= end) break;
    takeGroups(Math.min(index + 1, groups));
    take(runs, (offset, limit) => ({ kind: 'members', index, offset, limit }));
  }
  takeGroups(groups);
  return segments;
}

export function rowCount(open: readonly OpenGroup[], groups: number): number {
  return open.reduce((sum, { runs }) => sum + runs, groups);
}
