import { DomainError } from '../../domain/shared/errors.ts';

export function wrongFile(path: string, line: number | null, message: string): DomainError {
  return new DomainError('invalid-input', `${path}${line === null ? '' : `, line ${line}`}: ${message}`, {
    field: 'files',
    remedy: 'Correct the file, or leave it out.',
  });
}
