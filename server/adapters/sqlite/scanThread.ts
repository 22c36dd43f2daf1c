/**
 * A thread that scans: it has its own connection, which cannot write, and
 * answers one scan at a time on a snapshot of the newest commit.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { isDomainError, messageOf } from '../../domain/shared/errors.ts';
import { Connection } from './connection.ts';
import { type ScanName, scans } from './scans.ts';
import type { ScanAnswer, ScanFailure, ScanThreadData } from './scanThreads.ts';
import { Session } from './session.ts';

const { file, cancelled } = workerData as ScanThreadData;
const connection = new Connection(file, 'read');

function scan(name: ScanName, input: unknown): ScanAnswer {
  const session = new Session(connection, 'read', () => Atomics.load(cancelled, 0) === 1);
  connection.command('BEGIN');
  try {
    return { output: (scans[name] as (session: Session, input: unknown) => unknown)(session, input) };
  } catch (error) {
    return { failure: toFailure(error) };
  } finally {
    connection.command('ROLLBACK');
  }
}

function toFailure(error: unknown): ScanFailure {
  if (!isDomainError(error)) return { reason: null, message: messageOf(error) };
  const { reason, message, field, remedy } = error;
  return { reason, message, field, remedy };
}

parentPort?.on('message', ({ name, input }: { readonly name: ScanName; readonly input: unknown }) => {
  parentPort?.postMessage(scan(name, input));
});
