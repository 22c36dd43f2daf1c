/** What is known of the software that each run started in, and where that is known from. */
import type { EnvironmentRevision } from '../../../protocol/model/environment.ts';
import type { Run } from '../../../protocol/model/run.ts';
import type { PanelClient } from '../../state/panelClient.ts';
import { type Cell, type CompareRow, cellOf, rowsOf } from './compareRow.ts';
import { packagesIn, packagesInConda } from './packages.ts';
import type { Runs } from './runRows.ts';

export type Facts = {
  /** In words. */
  readonly source: string;
  readonly python: string | null;
  /** Null: unknown. */
  readonly packages: ReadonlyMap<string, string> | null;
};
export type FactsByRun = ReadonlyMap<string, Facts>;

type Asking = { readonly client: PanelClient; readonly signal: AbortSignal };

/** Folders that are looked into for the requirements of a logged model. */
const lookedInto = 20;
const modelFiles = ['requirements.txt', 'conda.yaml'] as const;

export async function factsOf(runs: Runs, asking: Asking): Promise<FactsByRun> {
  const revisions = new Map<string, Promise<readonly EnvironmentRevision[]>>();
  const revisionsOf = (environmentId: string) => {
    const asked = revisions.get(environmentId) ?? asking.client.environments.revisions({ environmentId }, asking);
    revisions.set(environmentId, asked);
    return asked;
  };
  const known = runs.filter((run) => run !== undefined);
  const facts = await Promise.all(
    known.map(async (run) => {
      const { environmentId, environmentRevision } = run;
      if (environmentId === null) return ofLogged(run, asking);
      const revision = (await revisionsOf(environmentId)).find((one) => one.revision === environmentRevision);
      return ofRevision(revision, `${environmentId} revision ${environmentRevision}`);
    }),
  );
  return new Map(known.map((run, at) => [run.id, facts[at] ?? unknownFacts('Unknown')]));
}

function ofRevision(revision: EnvironmentRevision | undefined, name: string): Facts {
  if (!revision) return unknownFacts(`Unknown: ${name} is no longer there`);
  const { definition, build } = revision;
  if (definition.kind === 'system') return unknownFacts(`Unknown: ${name} is the software of the machine itself`);
  const { python } = definition;
  if (build.lock !== null) return { source: `Lock of ${name}`, python, packages: packagesIn(build.lock) };
  return { source: `Requirements of ${name}, not built yet`, python, packages: packagesIn(definition.requirements) };
}

/** A run that was only logged may have logged a model, which says what it needs. */
async function ofLogged({ id: runId }: Run, { client, signal }: Asking): Promise<Facts> {
  const root = await client.runs.artifacts({ runId }, { signal });
  for (const { path } of root.filter(({ folder }) => folder).slice(0, lookedInto)) {
    const names = new Set((await client.runs.artifacts({ runId, path }, { signal })).map((item) => item.path));
    const file = modelFiles.map((name) => `${path}/${name}`).find((each) => names.has(each));
    if (!file) continue;
    const { content } = await client.runs.previewArtifact({ runId, path: file }, { signal });
    if (content.encoding !== 'text') continue;
    const packages = file.endsWith('.yaml') ? packagesInConda(content.text) : packagesIn(content.text);
    return {
      source: `${file} (asked for by its model, not what was installed)`,
      python: packages.get('python') ?? null,
      packages,
    };
  }
  return unknownFacts('Unknown: none logged');
}

function unknownFacts(source: string): Facts {
  return { source, python: null, packages: null };
}

export function environmentRows(runs: Runs, facts: FactsByRun): readonly CompareRow[] {
  const each = runs.map((run) => run && facts.get(run.id));
  const row = (key: string, cell: (one: Facts) => Cell): CompareRow => ({
    key,
    cells: each.map((one) => one && cell(one)),
    direction: null,
  });
  const packages = rowsOf(
    each
      .map((one) => one?.packages && new Map([...one.packages].map(([name, version]) => [name, cellOf(version)])))
      .map((cells) => cells ?? undefined),
  );
  return [
    row('Known from', ({ source }) => cellOf(source)),
    row('Python', ({ python }) => cellOf(python)),
    ...packages,
  ];
}
