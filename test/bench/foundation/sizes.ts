/** Sizes of what ships, after a production build. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../figure.ts';

const root = join(import.meta.dirname, '../../..');

function build(target: string): void {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts', target], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build of ${target} failed: ${stderr.split('\n')[0]}`);
}

function kilobytes(file: string): number {
  return statSync(join(root, file)).size / 1000;
}

export async function extensionBundle(): Promise<readonly Reading[]> {
  build('extension');
  const ours = kilobytes('dist/extension/extension.cjs');
  return [{ name: 'extension bundle', unit: 'kB', ours, goal: { kind: 'at-most', value: 700, of: 'ours' } }];
}

export async function panelBundles(): Promise<readonly Reading[]> {
  build('webviews');
  const files = readdirSync(join(root, 'dist/webviews')).filter((file) => file.endsWith('.js'));
  return files.map((file) => ({
    name: `panel bundle ${file.replace('.js', '')}`,
    unit: 'kB',
    ours: kilobytes(`dist/webviews/${file}`),
    goal: { kind: 'at-most', value: 1200, of: 'ours' },
  }));
}
