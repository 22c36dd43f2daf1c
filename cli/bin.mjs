#!/usr/bin/env node
/**
 * Starts the `flywheel` command on a Node that can run it: this one, or the one
 * pinned among the packages. Plain JavaScript for any Node; it decides nothing
 * else.
 */
import './compileCache.mjs';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const neededMajor = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'cli', 'flywheel.ts');
const bundle = join(root, 'dist', 'server', 'flywheel.mjs');
const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

// Node strips no types from files inside node_modules: an installed package runs its bundle.
const isInstalled = root.includes(`${sep}node_modules${sep}`);
const entry = existsSync(source) && !isInstalled ? source : bundle;

if (!existsSync(entry)) {
  fail('Flywheel is not built here. Run `npm ci && npm run build` in its folder.');
} else if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  await import(pathToFileURL(entry).href);
} else if (existsSync(pinned)) {
  runPinned();
} else {
  fail(`Flywheel needs Node ${neededMajor} or newer; this is ${process.version}. See https://nodejs.org`);
}

function runPinned() {
  const child = spawn(pinned, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl+C reaches both: the child decides what it means, this process waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
