/** Everything that is measured of one server that is logged into, so that its memory is that after it all. */
import type { Reading } from '../figure.ts';
import { serveDirectly } from '../foundation/server.ts';
import { residentMegabytes } from '../foundation/startUp.ts';
import { reducedHistory } from './history.ts';
import { batches, singles } from './ingest.ts';
import { mlflowOnPostgres, mlflowOnSqlite, type Peer, postgresPrograms } from './peer.ts';
import { watching } from './watching.ts';

export async function logging(): Promise<readonly Reading[]> {
  await using owned = new AsyncDisposableStack();
  const ours = owned.use(await serveDirectly());
  const sqlite = owned.use(await mlflowOnSqlite());
  const peers: readonly Peer[] = hasPostgres() ? [sqlite, owned.use(await mlflowOnPostgres())] : [sqlite];
  const logged = [...(await batches(ours, peers)), ...(await singles(ours, peers))];
  const read = [...(await reducedHistory(ours)), ...(await watching(ours))];
  const memory: Reading = {
    name: 'server memory after it all',
    unit: 'MB',
    ours: residentMegabytes(ours.pid),
    goal: { kind: 'at-most', value: 400, of: 'ours' },
  };
  return [...logged, ...read, memory];
}

function hasPostgres(): boolean {
  try {
    return postgresPrograms() !== '';
  } catch {
    return false;
  }
}
