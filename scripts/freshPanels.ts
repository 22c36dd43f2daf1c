/** Builds the panels when they are missing or older than their sources: the server serves them to browsers. */
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function changedAt(pattern: string): readonly number[] {
  return globSync(pattern, { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs);
}

export function isStale(sources: readonly number[], built: readonly number[]): boolean {
  return built.length === 0 || Math.max(...sources) > Math.min(...built);
}

export function freshPanels(): void {
  const sources = ['webviews/**/*.{ts,svg}', 'protocol/**/*.ts', 'package-lock.json'].flatMap(changedAt);
  if (!isStale(sources, changedAt('dist/webviews/*.js'))) return;
  const { status } = spawnSync(process.execPath, ['scripts/build.ts', 'webviews'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
