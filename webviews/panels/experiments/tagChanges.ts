/** What to send so that a run has the tags of a form. Pure. */
export type TagRow = { readonly key: string; readonly value: string };

type Changes = { readonly setTags: Record<string, string>; readonly removeTags: string[] };

export function tagChanges(before: Readonly<Record<string, string>>, rows: readonly TagRow[]): Changes {
  const wanted = new Map(rows.map(({ key, value }) => [key.trim(), value] as const).filter(([key]) => key !== ''));
  const changed = [...wanted].filter(([key, value]) => before[key] !== value);
  return {
    setTags: Object.fromEntries(changed),
    removeTags: Object.keys(before).filter((key) => !wanted.has(key)),
  };
}

/** What is wrong with the form, in words; null when it can be sent. */
export function tagComplaint(rows: readonly TagRow[]): string | null {
  const keys = rows.map(({ key }) => key.trim());
  const nameless = rows.find(({ key, value }) => key.trim() === '' && value !== '');
  if (nameless) return `The tag with the value "${nameless.value.slice(0, 40)}" needs a name.`;
  const twice = keys.find((key, at) => key !== '' && keys.indexOf(key) !== at);
  if (twice !== undefined) return `There are two tags named "${twice}": keep one.`;
  const long = keys.find((key) => key.length > 250);
  return long === undefined
    ? null
    : `A tag's name has at most 250 characters; "${long.slice(0, 40)}…" has ${long.length}.`;
}
