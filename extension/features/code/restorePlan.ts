/** What putting files of a run back would do to a folder, and what work it would replace. Pure. */
export type Restored = {
  readonly path: string;
  readonly does: 'replace' | 'create' | 'delete';
  /** What is there and nowhere else: not saved, or in no commit. */
  readonly loses: 'unsaved' | 'uncommitted' | null;
};

export type RestoreSides = {
  /** Ids of contents by path. */
  readonly run: ReadonlyMap<string, string>;
  readonly now: ReadonlyMap<string, string>;
  readonly committed: ReadonlyMap<string, string>;
  readonly unsaved: { has(path: string): boolean };
  /** Files that are there though no snapshot takes them. */
  readonly ignored: { has(path: string): boolean };
};

/** Below a folder, or one file; the empty path is everything. */
export function planRestore(sides: RestoreSides, within: string): readonly Restored[] {
  const { run, now } = sides;
  const isWithin = (path: string) => within === '' || path === within || path.startsWith(`${within}/`);
  const paths = [...new Set([...run.keys(), ...now.keys()])].filter(isWithin);
  const changed = paths.filter((path) => run.get(path) !== now.get(path));
  const plan = changed.map((path): Restored => ({ path, does: deedOf(sides, path), loses: lossOf(sides, path) }));
  return plan.sort((a, b) => Number(a.does === 'delete') - Number(b.does === 'delete') || (a.path < b.path ? -1 : 1));
}

function deedOf({ run, now, ignored }: RestoreSides, path: string): Restored['does'] {
  if (!run.has(path)) return 'delete';
  return now.has(path) || ignored.has(path) ? 'replace' : 'create';
}

function lossOf({ now, committed, unsaved, ignored }: RestoreSides, path: string): Restored['loses'] {
  if (unsaved.has(path)) return 'unsaved';
  if (ignored.has(path)) return 'uncommitted';
  return now.has(path) && now.get(path) !== committed.get(path) ? 'uncommitted' : null;
}
