/**
 * What clients write into a run, told in the event log: parameters and tags
 * with what they were before. Metrics are announced and not told (ADR 0003);
 * a write that changes nothing is told neither.
 */
import type { Person } from '../../../protocol/model/common.ts';
import type { StoredRun } from '../runs/ports.ts';
import { changedValues } from '../shared/changedValues.ts';
import type { Stores } from '../shared/store.ts';
import { noteTag, runNameTag } from './logging.ts';

type Texts = Readonly<Record<string, string | null>>;
type Written = { readonly parameters: Texts; readonly tags: Texts };

/** Null where nothing but metrics is written: the hot path reads nothing. */
export async function valuesBefore(
  stores: Stores,
  entry: Written & { readonly runId: string },
): Promise<Written | null> {
  const [parameters, tags] = [Object.keys(entry.parameters), Object.keys(entry.tags)];
  if (parameters.length + tags.length === 0) return null;
  const values = await stores.tracking.values([entry.runId], { metrics: [], parameters, tags });
  return values.get(entry.runId) ?? { parameters: {}, tags: {} };
}

export type LoggedChange = {
  readonly before: Written | null;
  readonly after: Written;
  readonly run: StoredRun;
  readonly actor: Person;
  readonly at: number;
};

export async function noteLogged(stores: Stores, { before, after, run, actor, at }: LoggedChange): Promise<void> {
  const detail = before && changedValues(fields(before), fields(after));
  if (detail === null) return;
  const subject = { projectId: run.projectId, experimentId: run.experimentId, runId: run.id };
  await stores.events.append({ type: 'run.logged', actor, subject, detail, at });
}

/** Name and note are fields of the run, and told as such where they change. */
function fields({ parameters, tags }: Written): Texts {
  const named = (kind: string, texts: Texts) => Object.entries(texts).map(([key, text]) => [`${kind} ${key}`, text]);
  const { [runNameTag]: _name, [noteTag]: _note, ...others } = tags;
  return Object.fromEntries([...named('parameter', parameters), ...named('tag', others)]);
}
