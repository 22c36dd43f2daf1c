/**
 * Mocha's own output plus a file of counts and skip reasons, so that the
 * runner can sum over levels and name what was skipped.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export type LevelResult = {
  readonly passed: number;
  /** Titles with the first line of what went wrong. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
};

/** A test says why it skips: `skip(this, 'no Docker engine answers')`. */
export function skip(context: Mocha.Context, reason: string): never {
  const test = context.test ?? context.currentTest;
  if (test) test.title = `${test.title} (${reason})`;
  return context.skip() as never;
}

export class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const skipped: string[] = [];
    const failed: string[] = [];
    runner.on('pending', (test: Mocha.Test) => skipped.push(test.fullTitle()));
    // A failed hook fails the tests behind it too, so count failures and not only failed tests.
    runner.on('fail', (test: Mocha.Test, error: Error) => {
      failed.push(`${test.fullTitle()}: ${String(error.message).split('\n', 1)[0]}`);
    });
    runner.once('end', () => {
      const file = process.env['FLYWHEEL_TEST_RESULT'];
      const result: LevelResult = { passed: runner.stats?.passes ?? 0, failed, skipped };
      if (file) writeFileSync(file, JSON.stringify(result));
    });
  }
}
