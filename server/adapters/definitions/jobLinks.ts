/** What is wrong between jobs: dependencies on none, and on themselves. Pure. */
import type { DefinedJob } from '../../../protocol/model/job.ts';

type LinkProblem = { readonly path: readonly (string | number)[]; readonly message: string };

export function jobLinks(jobs: readonly DefinedJob[]): readonly LinkProblem[] {
  const known = new Map(jobs.map(({ name, definition }) => [name, definition['depends-on'] ?? []]));
  return [...known].flatMap(([name, needed]) => [
    ...needed.flatMap((other, at): LinkProblem[] => {
      if (known.has(other)) return [];
      return [
        { path: ['jobs', name, 'depends-on', at], message: `There is no job ${other} in this file, or it is wrong.` },
      ];
    }),
    ...(leadsTo(name, name, known)
      ? [{ path: ['jobs', name, 'depends-on'], message: `${name} depends on itself, by way of others or directly.` }]
      : []),
  ]);
}

function leadsTo(from: string, to: string, known: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const open = [...(known.get(from) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(known.get(next) ?? []));
  }
  return false;
}
