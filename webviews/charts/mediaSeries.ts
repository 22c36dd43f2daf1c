/** Files of a run that are one thing at many steps: what MLflow logs as images under a key, and files numbered by step. Pure. */
export type MediaItem = {
  readonly step: number;
  /** When it was logged, in milliseconds; null where its name does not say. */
  readonly time: number | null;
  readonly path: string;
};
export type Media = {
  readonly name: string;
  readonly kind: 'image' | 'table';
  /** By step, then by time. */
  readonly items: readonly MediaItem[];
};

/** As MLflow's clients name them: older ones part with % and write the slash of a key as #, newer ones with + and ~. */
const logged = /^images\/(.+)([%+])step\2(-?\d+)\2timestamp\2(\d+)\2[\w-]{36}\.png$/i;
const small = /[%+]compressed\.webp$/i;
const numbered = /^(.*?)[-_. ]?(\d+)(\.[a-z0-9]+)$/i;
const images = /\.(png|jpe?g|gif|webp)$/i;
const tables = /\.(csv|tsv|json)$/i;

export function mediaOf(paths: readonly string[]): Media[] {
  const found = new Map<string, MediaItem[]>();
  const add = (key: string, item: MediaItem): void => {
    found.set(key, [...(found.get(key) ?? []), item]);
  };
  for (const path of paths) {
    const [, key = '', , step, time] = logged.exec(path) ?? [];
    if (step !== undefined)
      add(`logged ${key.replace(/[#~]/g, '/')}`, { step: Number(step), time: Number(time), path });
    else addNumbered(path, add);
  }
  const all = [...found].flatMap(([key, items]) => {
    const [how, name] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
    if (how === 'numbered' && items.length < 2) return [];
    const kind = tables.test(items[0]?.path ?? '') ? ('table' as const) : ('image' as const);
    return [{ name, kind, items: items.sort((a, b) => a.step - b.step || (a.time ?? 0) - (b.time ?? 0)) }];
  });
  return all.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function addNumbered(path: string, add: (key: string, item: MediaItem) => void): void {
  if (small.test(path) || !(images.test(path) || tables.test(path))) return;
  const [, before, number, end] = numbered.exec(path) ?? [];
  if (number !== undefined) add(`numbered ${before}${end}`, { step: Number(number), time: null, path });
}

/** Its place among the items: the last one that is not after the step, otherwise the first. */
export function atStep({ items }: Media, step: number): number {
  return Math.max(
    0,
    items.findLastIndex((item) => item.step <= step),
  );
}
