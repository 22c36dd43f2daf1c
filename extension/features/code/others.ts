/** What the code of a run can be compared with: where it came from, what came before it, and what a person chooses. */
import { reproducesTag } from '../../../protocol/model/reproduction.ts';
import type { Run, RunSummary } from '../../../protocol/model/run.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { Choice } from '../../platform/notifications.ts';

export type Other =
  | { readonly kind: 'base' | 'before' | 'workspace' | 'chosen-commit' }
  | { readonly kind: 'run'; readonly runId: string };

const parentTag = 'mlflow.parentRunId';

export function otherSides(run: Run, runs: readonly RunSummary[]): readonly Choice<Other>[] {
  const named = (id: string) => spellOut(runs.find((each) => each.id === id)?.name ?? id);
  const related = [
    ['$(type-hierarchy-super) Its parent run', run.tags[parentTag]],
    ['$(sync) The run that it repeats', run.tags[reproducesTag]],
    ['$(history) The run before it', previousRun(run, runs)],
  ] as const;
  const rest = runs.filter(({ id, commit }) => id !== run.id && commit !== null);
  return [
    ...ofCommit(run),
    ...related.flatMap(([label, id]): Choice<Other>[] =>
      id === undefined ? [] : [{ label, description: named(id), value: { kind: 'run', runId: id } }],
    ),
    { label: '$(folder) The folder now', description: 'with what is not committed', value: { kind: 'workspace' } },
    { label: '$(git-commit) Another commit…', value: { kind: 'chosen-commit' } },
    ...rest.map(
      ({ id, name, projectId }): Choice<Other> => ({
        label: spellOut(name),
        description: projectId,
        value: { kind: 'run', runId: id },
      }),
    ),
  ];
}

function ofCommit({ code }: Run): readonly Choice<Other>[] {
  if (code?.base == null) return [];
  const commit = code.base.slice(0, 8);
  const before = { label: '$(git-commit) The commit before it', description: `before ${commit}` } as const;
  const its = { label: '$(git-commit) Its commit', description: `${commit} · what was uncommitted` } as const;
  return [
    ...(code.dirty ? [{ ...its, value: { kind: 'base' } } as const] : []),
    { ...before, value: { kind: 'before' } },
  ];
}

/** The newest of the project that was launched before it. */
function previousRun({ id, projectId, createdAt }: Run, runs: readonly RunSummary[]): string | undefined {
  const earlier = runs.filter((each) => each.projectId === projectId && each.commit !== null && each.id !== id);
  return earlier.find((each) => each.createdAt < createdAt)?.id;
}
