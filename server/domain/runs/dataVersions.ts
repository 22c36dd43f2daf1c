/** Whether two runs used the same versions of their data, as far as both logged datasets. Pure. */
import type { Difference, Sameness } from '../../../protocol/model/reproduction.ts';

export type DataUsed = { readonly name: string; readonly digest: string };

const mostNamed = 5;
const unversioned = 'Data outside the code snapshot has no recorded version and may have changed.';
const logIt = 'Compare the results; log datasets with mlflow.log_input to have their versions compared.';

/** `now` is null while the new run may still log some. */
export function compareData(before: readonly DataUsed[], now: readonly DataUsed[] | null): Difference | Sameness {
  if (before.length === 0) return unknown(unversioned, logIt);
  if (now === null) {
    const text = `It logged ${spell(before.map(version))}; what the new run reads is known once it has logged it.`;
    return unknown(text, 'The versions are compared when it has ended.');
  }
  if (now.length === 0)
    return unknown(`It logged no datasets; the original logged ${spell(before.map(version))}.`, logIt);
  const changes = changesOf(digestsByName(before), digestsByName(now));
  if (changes.length === 0) return { what: 'data', text: spell([...new Set(before.map(version))]) };
  return { what: 'data', kind: 'differs', text: `Other data: ${spell(changes)}.`, remedy: null };
}

function unknown(text: string, remedy: string): Difference {
  return { what: 'data', kind: 'unknown', text, remedy };
}

function digestsByName(used: readonly DataUsed[]): ReadonlyMap<string, string> {
  const names = [...new Set(used.map(({ name }) => name))];
  const digests = (name: string) => new Set(used.filter((one) => one.name === name).map(({ digest }) => digest));
  return new Map(names.map((name) => [name, [...digests(name)].sort().join(' and ')]));
}

function changesOf(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const [old, present] = [before.get(name), now.get(name)];
    if (old === present) return [];
    if (present === undefined) return [`${name} is not used any more`];
    return [old === undefined ? `${name} is new` : `${name} ${present} instead of ${old}`];
  });
}

function version({ name, digest }: DataUsed): string {
  return `${name} ${digest}`;
}

function spell(items: readonly string[]): string {
  const more = items.length - mostNamed;
  return `${items.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
