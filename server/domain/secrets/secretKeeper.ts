/**
 * Gives secrets to jobs, and the masks for what those print. Each time values
 * are read for a job, an event says so. A run keeps what it was given, sealed,
 * until it ends: its output is masked by that, also when the secret is
 * replaced or the server starts anew meanwhile.
 */
import type { EventFeed } from '../events/ports.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { SecretBox } from '../webhooks/ports.ts';
import type { GivenSecrets, JobSecrets, OutputMask, RunSecret, SecretHome } from './ports.ts';

export type SecretKeeperDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly box: SecretBox;
};

type Launched = { readonly id: string; readonly projectId: string };

export class SecretKeeper implements JobSecrets {
  readonly #deps: SecretKeeperDependencies;

  constructor(deps: SecretKeeperDependencies) {
    this.#deps = deps;
  }

  async give(run: Launched): Promise<GivenSecrets> {
    const { store, feed } = this.#deps;
    const chosen = await store.read((stores) => stores.secrets.ofRun(run.id));
    if (chosen.length === 0) return { variables: {}, files: {} };
    const given: Record<RunSecret['as'], Record<string, string>> = { variable: {}, file: {} };
    await store.write(async (stores) => {
      for (const secret of chosen) given[secret.as][secret.name] = await this.#giveOne(stores, run, secret);
    });
    feed.committed();
    return { variables: given.variable, files: given.file };
  }

  async mask(runId: string): Promise<OutputMask | null> {
    const secrets = await this.#deps.store.read((stores) => stores.secrets.ofRun(runId));
    const values = secrets.flatMap(({ name, sealed }) => (sealed === null ? [] : [this.#open(sealed, name)]));
    if (values.length === 0) return null;
    const [{ SecretMask }, { valueForms }] = await Promise.all([import('./secretMask.ts'), import('./valueForms.ts')]);
    return new SecretMask(values.flatMap(valueForms));
  }

  async #giveOne(stores: Stores, run: Launched, secret: RunSecret): Promise<string> {
    const sealed = await this.#present(stores, run, secret);
    const value = this.#open(sealed, secret.name);
    await stores.secrets.giveRun(run.id, secret.name, sealed);
    const subject = { projectId: run.projectId, runId: run.id };
    const detail = { name: secret.name, from: secret.from };
    await stores.events.append({ type: 'secret.read', actor: null, subject, detail, at: this.#deps.clock.now() });
    return value;
  }

  async #present(stores: Stores, run: Launched, { name, from }: RunSecret): Promise<string> {
    const home = await homeOf(stores, run, from);
    const kept = home && (await stores.secrets.secret(home, name));
    if (kept) return kept.sealed;
    const whose = from === 'project' ? 'The project' : 'The person who launched it';
    throw new DomainError('not-found', `${whose} no longer has the secret ${name}.`, { field: 'secrets' });
  }

  #open(sealed: string, name: string): string {
    const value = this.#deps.box.open(sealed);
    if (value !== null) return value;
    throw new DomainError('not-found', `The secret ${name} cannot be opened: the key of the server is another.`, {
      field: 'secrets',
      remedy: 'Set it again.',
    });
  }
}

async function homeOf(stores: Stores, run: Launched, from: RunSecret['from']): Promise<SecretHome | null> {
  if (from === 'project') return { projectId: run.projectId };
  const launched = await stores.runs.run(run.id);
  return launched && { userId: launched.createdById };
}
