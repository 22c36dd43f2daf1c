/** What a contributor runs before a commit: types, lint and format, unit and architecture tests. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']],
  ['types of the panels', ['node_modules/typescript/bin/tsc', '-p', 'webviews/tsconfig.json']],
  ['lint and format', ['node_modules/@biomejs/biome/bin/biome', 'check', '--diagnostic-level=warn', '.']],
  ['unit and architecture tests', ['scripts/test.ts', 'unit', 'architecture']],
];

for (const [name, command] of steps) {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${name}  ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (status !== 0) process.exit(1);
}
