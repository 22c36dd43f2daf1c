/**
 * Why the server cannot start, in words for the person who started it. The
 * entry point prints message and remedy as one line and exits; no stack.
 */
export class StartupError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartupError';
    this.remedy = remedy;
  }
}
