/** The thread that owns the index: one request after the other, each in a transaction. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../domain/shared/errors.ts';
import { type OperationName, operations } from './operations.ts';
import { openIndex } from './schema.ts';
import type { SearchAnswer, SearchRequest, SearchThreadData } from './sqliteSearchIndex.ts';

const { file, database } = workerData as SearchThreadData;
const connection = openIndex(file, database);

function answer({ id, name, input }: SearchRequest): SearchAnswer {
  connection.command('BEGIN');
  try {
    const operation = operations[name as OperationName] as (of: typeof connection, input: unknown) => unknown;
    const output = operation(connection, input);
    connection.command('COMMIT');
    return { id, output };
  } catch (error) {
    if (connection.inTransaction) connection.command('ROLLBACK');
    return { id, failure: messageOf(error) };
  }
}

parentPort?.on('message', (request: SearchRequest | null) => {
  if (request !== null) return parentPort?.postMessage(answer(request));
  connection.close();
  process.exit();
});
