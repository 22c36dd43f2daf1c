/** Sizes of what ships, after a production build. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
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
  return [
    {
      name: 'extension bundle, loaded to activate',
      unit: 'kB',
      ours,
      goal: { kind: 'at-most', value: 700, of: 'ours' },
    },
  ];
}

const staticImport = /(?:from|import)\s*"\.\/([^"]+\.js)"/g;

/** A panel's file with every chunk that it loads before it shows anything. */
function loadedToOpen(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(root, 'dist/webviews', file), 'utf8');
  for (const [, chunk] of text.matchAll(staticImport)) if (chunk) loadedToOpen(chunk, seen);
  return seen;
}

export async function panelBundles(): Promise<readonly Reading[]> {
  build('webviews');
  const panels = readdirSync(join(root, 'dist/webviews')).filter((file) => !file.startsWith('chunk-'));
  return panels.map((file) => ({
    name: `panel ${file.replace('.js', '')}, loaded to open`,
    unit: 'kB',
    ours: [...loadedToOpen(file)].reduce((sum, each) => sum + kilobytes(`dist/webviews/${each}`), 0),
    goal: { kind: 'at-most', value: 1200, of: 'ours' },
  }));
}
