/** Turns what SQLite refuses into the domain's words. An error it does not know passes unchanged. */
import { DomainError } from '../../domain/shared/errors.ts';
import { isDiskFull } from '../../platform/diskError.ts';

/** Primary result codes: the low byte of the extended code that node:sqlite gives. */
const codes = { busy: 5, readOnly: 8, corrupt: 11, full: 13, notADatabase: 26 } as const;
const uniqueViolations: readonly number[] = [1555, 2067, 2579];
const foreignKeyViolation = 787;

function extendedCode(error: unknown): number | null {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code : null;
}

export function toDomainError(error: unknown): unknown {
  // The log of commits is flushed outside of SQLite.
  if (isDiskFull(error)) return storageFull(error);
  const code = extendedCode(error);
  if (code === null) return error;
  if ((code & 0xff) === codes.full) return storageFull(error);
  if (uniqueViolations.includes(code)) {
    return new DomainError('already-exists', 'This exists already', {
      cause: error,
      remedy: 'Choose another name or id',
    });
  }
  if (code === foreignKeyViolation) {
    return new DomainError('not-found', 'What this refers to does not exist', { cause: error });
  }
  return error;
}

function storageFull(cause: unknown): DomainError {
  return new DomainError('storage-full', "The server's disk is full: nothing of this was stored", {
    cause,
    remedy: 'Free space on the disk of the data folder, then try again',
  });
}

/** Whether the file cannot be a healthy database. */
export function isDamaged(error: unknown): boolean {
  const code = extendedCode(error);
  return code !== null && ((code & 0xff) === codes.notADatabase || (code & 0xff) === codes.corrupt);
}
