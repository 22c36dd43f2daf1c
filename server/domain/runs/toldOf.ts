/** What the client of a logged run told of its code and environment: all there is to make it again by. */
import { artifactRootKey } from '../shared/artifactRoot.ts';
import { clientTags } from '../shared/clientTags.ts';
import type { Store } from '../shared/store.ts';
import type { ArtifactStore, StoredRun } from './ports.ts';

type Dependencies = {
  readonly store: Store;
  readonly artifacts: Pick<ArtifactStore, 'list' | 'stat'>;
};

const words: readonly (readonly [tag: string, word: string])[] = [
  [clientTags.sourceName, 'source'],
  [clientTags.sourceType, 'source type'],
  [clientTags.sourceCommit, 'commit'],
  [clientTags.sourceBranch, 'branch'],
  [clientTags.sourceRepository, 'repository'],
  [clientTags.user, 'user'],
];

/** Folders that are looked into for the requirements of a logged model. */
const lookedInto = 20;

export async function toldOf(run: StoredRun, { store, artifacts }: Dependencies): Promise<Record<string, string>> {
  const keys = { metrics: [], parameters: [], tags: words.map(([tag]) => tag) };
  const values = (await store.read(({ tracking }) => tracking.values([run.id], keys))).get(run.id);
  const told = words.flatMap(([tag, word]) => (values?.tags[tag] ? [[word, values.tags[tag]] as const] : []));
  const root = artifactRootKey(run);
  const folders = (await artifacts.list(root, '')).filter(({ folder }) => folder).slice(0, lookedInto);
  for (const { path } of folders) {
    const file = `${path}/requirements.txt`;
    if ((await artifacts.stat(root, file)) !== null) return Object.fromEntries([...told, ['requirements', file]]);
  }
  return Object.fromEntries(told);
}
