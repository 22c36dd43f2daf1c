/** What past runs took, in SQLite. */
import type { CostStore, PastRun, PastRunsQuery } from '../../domain/costs/ports.ts';
import type { Session } from './session.ts';

const succeeded = `SELECT launches.command, runs.ended_at - runs.started_at AS took
  FROM runs JOIN launches ON launches.run = runs.number
  WHERE runs.project_id = ? AND launches.tier_id = ? AND runs.state = 'succeeded' AND runs.started_at <= runs.ended_at
  ORDER BY runs.created_at DESC, runs.id DESC LIMIT ?`;

export class SqliteCostStore implements CostStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async succeeded({ projectId, tierId, limit }: PastRunsQuery): Promise<readonly PastRun[]> {
    return this.#session.all<PastRun>(succeeded, projectId, tierId, limit);
  }
}
