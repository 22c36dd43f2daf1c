/** Which hosts are drained, in SQLite. */
import type { Drained, HostStore } from '../../domain/compute/ports.ts';
import type { Session } from './session.ts';

export class SqliteHostStore implements HostStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async drained(): Promise<readonly Drained[]> {
    return this.#session.all<Drained>(
      'SELECT host_id AS hostId, at, by_name AS "by" FROM drained_hosts ORDER BY host_id',
    );
  }

  async setDrained(hostId: string, drained: Omit<Drained, 'hostId'> | null): Promise<void> {
    this.#session.run('DELETE FROM drained_hosts WHERE host_id = ?', hostId);
    if (drained === null) return;
    this.#session.run('INSERT INTO drained_hosts VALUES (?, ?, ?)', hostId, drained.at, drained.by);
  }
}
