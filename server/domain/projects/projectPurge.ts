/**
 * Removes deleted projects for good once nobody can restore them any more.
 * Files go before the rows that tell of them, and the project itself last: a
 * server that dies in between goes on where it was.
 */
import { restorableDays } from '../../../protocol/model/projectCode.ts';
import type { ProjectCode } from '../code/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { ArtifactStore, LogStore } from '../runs/ports.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';

export type ProjectPurgeDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly log: Log;
  readonly logs: Pick<LogStore, 'remove'>;
  readonly artifacts: Pick<ArtifactStore, 'list' | 'remove'>;
  readonly projectCode: Pick<ProjectCode, 'removeRepository'>;
};

const restorableMs = restorableDays * 86_400_000;
const lookEveryMs = 3_600_000;
const runsAtOnce = 500;

export class ProjectPurge {
  readonly #deps: ProjectPurgeDependencies;
  #timer: NodeJS.Timeout | null = null;
  #going: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: ProjectPurgeDependencies) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref();
    this.#look();
  }

  /** After the batch that is being removed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#going;
  }

  /** Removes what is due; answers which projects went. */
  async purge(): Promise<readonly string[]> {
    const { store, clock } = this.#deps;
    const deleted = await store.read(({ projects }) => projects.deleted());
    const due = deleted.filter(({ deletedAt }) => (deletedAt ?? 0) + restorableMs <= clock.now());
    const gone: string[] = [];
    for (const { id } of due) if (await this.#remove(id)) gone.push(id);
    return gone;
  }

  #look(): void {
    this.#going = this.#going
      .then(() => this.purge())
      .then(
        () => undefined,
        (error: unknown) => this.#deps.log.warn('Deleted projects not removed; tried again in an hour', { error }),
      );
  }

  async #remove(projectId: string): Promise<boolean> {
    const { store, clock, feed, projectCode } = this.#deps;
    for (let left = true; left; ) {
      if (this.#stopped) return false;
      left = await this.#removeRuns(projectId);
    }
    await this.#removeArtifacts(projectId);
    await projectCode.removeRepository(projectId);
    await store.write(async ({ projects, events }) => {
      await projects.purge(projectId);
      await events.append({ type: 'project.purged', actor: null, subject: { projectId }, at: clock.now() });
    });
    feed.committed();
    return true;
  }

  /** Some of them at a time, so that others can write in between. Answers whether there may be more. */
  async #removeRuns(projectId: string): Promise<boolean> {
    const { store, logs } = this.#deps;
    const ids = await store.read(({ projects }) => projects.runsOf(projectId, runsAtOnce));
    for (const id of ids) await logs.remove(id);
    return (await store.write(({ projects }) => projects.purgeRuns(projectId, runsAtOnce))) > 0;
  }

  async #removeArtifacts(projectId: string): Promise<void> {
    const { store, artifacts } = this.#deps;
    const query = { projectIds: [projectId], view: 'all' as const };
    for (const { id } of await store.read(({ tracking }) => tracking.experiments(query))) {
      for (const { path } of await artifacts.list(id, '')) await artifacts.remove(id, path);
    }
  }
}
