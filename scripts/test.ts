/**
 * `npm test [LEVEL...]`: runs the levels of tests one after another and ends
 * with their sum. A level that cannot run here (no Chromium, say) skips its
 * tests by itself, counted and named.
 */
import { spawn, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LevelResult } from '../test/harness/reporter.ts';

const root = join(import.meta.dirname, '..');
const levels = ['unit', 'architecture', 'contract', 'integration', 'host', 'e2e'] as const;
type Level = (typeof levels)[number];

const timeouts: Readonly<Record<Level, number>> = {
  unit: 20_000,
  architecture: 20_000,
  contract: 120_000,
  integration: 180_000,
  host: 600_000,
  e2e: 300_000,
};

/** Their files wait for engines, timers and processes most of the time: two at once take little more than half as long. */
const inPairs: ReadonlySet<Level> = new Set(['contract', 'integration']);

function isLevel(word: string): word is Level {
  return (levels as readonly string[]).includes(word);
}

/** What a level that died before it could report counts as. */
const died: LevelResult = { passed: 0, failed: ['it ended before it could report'], skipped: [] };

async function runLevel(level: Level, folder: string): Promise<LevelResult> {
  const files = globSync(`test/${level}/**/*.test.ts`, { cwd: root });
  if (files.length === 0) return { passed: 0, failed: [], skipped: [] };
  const resultFile = join(folder, `${level}.json`);
  const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/harness/reporter.cjs'];
  // --exit: what a test leaves running must not hang the run; the tests check their own disposal.
  const pair = inPairs.has(level) ? ['--parallel', '--jobs', '2'] : [];
  const options = ['--timeout', String(timeouts[level]), '--exit', ...pair, ...files.sort()];
  const child = spawn(process.execPath, [...mocha, ...options], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, FLYWHEEL_TEST_RESULT: resultFile, FLYWHEEL_OPEN: '0' },
  });
  await new Promise((resolve) => child.once('exit', resolve));
  try {
    return JSON.parse(readFileSync(resultFile, 'utf8')) as LevelResult;
  } catch {
    return died;
  }
}

const words = process.argv.slice(2);
const unknown = words.find((word) => !isLevel(word));
if (unknown) {
  console.error(`no level ${unknown}; there are ${levels.join(', ')}`);
  process.exit(2);
}

/** What these levels open is the bundles as they ship, made from the sources as they are now. */
const withBundles: ReadonlySet<Level> = new Set(['integration', 'host', 'e2e']);

const chosen = words.length > 0 ? words.filter(isLevel) : levels;
if (chosen.some((level) => withBundles.has(level))) {
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), 'flywheel-test-'));
const results = new Map<Level, LevelResult>();
for (const level of chosen) {
  console.log(`\n== ${level}`);
  const began = performance.now();
  results.set(level, await runLevel(level, folder));
  console.log(`== ${level}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
rmSync(folder, { recursive: true, force: true });

console.log('\nlevel          passed  failed  skipped');
let passed = 0;
let failed = 0;
let skipped = 0;
for (const [level, result] of results) {
  const counts = [result.passed, result.failed.length, result.skipped.length];
  const row = counts.map((count) => String(count).padStart(8)).join('');
  console.log(level.padEnd(13) + row);
  passed += result.passed;
  failed += result.failed.length;
  skipped += result.skipped.length;
}
// The sum stands at the end with every name behind it: the output above is long, and often only its end is kept.
for (const [level, result] of results) {
  for (const title of result.skipped) console.log(`skipped ${level}: ${title}`);
  for (const title of result.failed) console.log(`failed ${level}: ${title}`);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);
