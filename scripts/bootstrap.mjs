/**
 * Makes `npm start` and `npm test` work in a fresh checkout: installs what the
 * lock file names when that has not been done yet. Plain JavaScript for the
 * oldest Node that we meet (20); everything after it runs on the pinned one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const wanted = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(
    `Flywheel needs Node 20 or newer to install itself; this is ${process.version}. See https://nodejs.org`,
  );
  process.exit(1);
}

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  console.error('Installing packages (once, about a minute) ...');
  // Only errors are shown: the packages' own Node may be newer than the one that installs them, which npm warns of.
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' };
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options);
  if (result.status !== 0) {
    console.error('npm ci failed: see above. Is the npm registry reachable?');
    process.exit(result.status ?? 1);
  }
}
