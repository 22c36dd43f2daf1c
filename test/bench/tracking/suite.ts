import type { Reading } from '../figure.ts';
import type { Suite } from '../suite.ts';
import { logging } from './logging.ts';
import { postgresPrograms } from './peer.ts';
import { search } from './search.ts';

export const tracking: Suite = {
  name: 'tracking',
  about: 'logging, curves, watching and searches, beside a real MLflow server',
  figures: [
    { name: 'logging', read: logging },
    { name: 'logging, beside MLflow on PostgreSQL', read: postgresIsHere },
    ...search,
  ],
};

/** Its figures are taken in turn with the others; this one says why there are none. */
async function postgresIsHere(): Promise<readonly Reading[]> {
  postgresPrograms();
  return [];
}
