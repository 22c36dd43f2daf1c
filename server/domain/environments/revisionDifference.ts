/** How two revisions differ: the texts of their definitions, and the packages that were found inside. Pure. */
import { definitionTexts } from '../../../protocol/model/definitionTexts.ts';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { PackageChange, RevisionDifference } from '../../../protocol/model/environmentFiles.ts';
import { canonical, packagesOf } from '../../../protocol/model/packageLock.ts';
import type { StoredRevision } from './ports.ts';

export function revisionDifference(before: StoredRevision, after: StoredRevision): RevisionDifference {
  const [old, present] = [textsOf(before.definition), textsOf(after.definition)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(present)])];
  const files = names
    .map((name) => ({ name, before: old[name] ?? '', after: present[name] ?? '' }))
    .filter((file) => file.before !== file.after);
  if (before.build.lock === null || after.build.lock === null) return { files, packages: null, samePackages: 0 };
  const { changes, same } = packageChanges(lockOf(before), lockOf(after));
  return { files, packages: changes, samePackages: same };
}

export function packageChanges(
  before: string,
  after: string,
): { readonly changes: readonly PackageChange[]; readonly same: number } {
  const [old, present] = [before, after].map(
    (lock) => new Map(packagesOf(lock).map((each) => [canonical(each.name), each])),
  );
  const changes: PackageChange[] = [];
  let same = 0;
  for (const key of [...new Set([...(old?.keys() ?? []), ...(present?.keys() ?? [])])].sort()) {
    const [was, is] = [old?.get(key), present?.get(key)];
    if (was?.version === is?.version) same += 1;
    else changes.push({ name: is?.name ?? was?.name ?? key, before: was?.version ?? null, after: is?.version ?? null });
  }
  return { changes, same };
}

/** Python is no package of pip's, and changes what all others do. */
function lockOf({ build }: StoredRevision): string {
  return build.python === null ? (build.lock ?? '') : `Python==${build.python}\n${build.lock}`;
}

/** With the interpreter, where it is one of its own. */
function textsOf(definition: EnvironmentDefinition): Readonly<Record<string, string>> {
  const texts = definitionTexts(definition);
  if (definition.kind === 'system' || definition.python === 'python3') return texts;
  return { ...texts, interpreter: definition.python };
}
