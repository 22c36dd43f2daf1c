/** Entry of the suite inside the extension host: runs mocha there and leaves its results in a file. */
import { rename, writeFile } from 'node:fs/promises';
import type MochaModule from 'mocha';

export async function run(): Promise<void> {
  const { default: Mocha } = (await import('mocha')) as { readonly default: typeof MochaModule };
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis, 'suite', mocha);
  const { defineSuite, figures } = await import('./suite.ts');
  defineSuite();
  const results: { title: string; state: string; error: string; ms: number }[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) =>
      results.push({ title: test.title, state: 'passed', error: '', ms: test.duration ?? 0 }),
    );
    runner.on('pending', (test) => results.push({ title: test.title, state: 'pending', error: '', ms: 0 }));
    runner.on('fail', (test, error: Error) =>
      results.push({ title: test.title, state: 'failed', error: error.stack ?? String(error), ms: test.duration ?? 0 }),
    );
  });
  const file = process.env.FLYWHEEL_TEST_RESULTS ?? '';
  await writeFile(`${file}.part`, `${JSON.stringify({ tests: results, ...figures })}\n`);
  await rename(`${file}.part`, file);
}
