/** What the file system refuses, in the domain's words. */
import { DomainError } from '../../domain/shared/errors.ts';
import { errorCode, isDiskFull } from '../../platform/diskError.ts';

export function toArtifactError(error: unknown, path: string): unknown {
  if (isDiskFull(error)) {
    return new DomainError('storage-full', "The server's disk is full: nothing of this file was stored", {
      cause: error,
      remedy: 'Free space on the disk of the data folder, then try again',
    });
  }
  const code = errorCode(error);
  if (code === 'ENAMETOOLONG') {
    return new DomainError('invalid-input', `"${path.slice(0, 60)}..." is too long for this disk`, { field: 'path' });
  }
  if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'EEXIST' || code === 'ENOTEMPTY') {
    return new DomainError('already-exists', `"${path}" would have to be a file and a folder at once`, {
      field: 'path',
      remedy: 'Choose another name',
      cause: error,
    });
  }
  return error;
}
