/**
 * The experiment table over 100,000 runs and 1,000 columns, in Chromium against
 * the real server: from an address to rows on the screen, and what a person
 * waits for after that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { hasChromium, openBrowser, openPage } from '../../e2e/chromium.ts';
import { heading, nameAt } from '../../e2e/experimentTable.ts';
import { signIn } from '../../e2e/signIn.ts';
import { type SpawnedServer, spawnServer } from '../../harness/server.ts';
import { median, type Reading } from '../figure.ts';
import { fillWide } from './wideRuns.ts';

const runs = 100_000;
const rounds = 5;

export async function experimentTable(): Promise<readonly Reading[]> {
  if (!hasChromium) throw new Error('there is no Chromium; set CHROMIUM to its path');
  await using owned = new AsyncDisposableStack();
  const data = await dataFolder(owned);
  const server = owned.use(await spawnServer({ data }));
  const { page } = owned.use(await openPage(owned.use(await openBrowser())));
  await signIn(page, server);
  const opened = await readOpening(page, server);
  const some = await readUse(page, 'some columns shown');
  await showEverything(page);
  const all = await readOpening(page, server);
  return [
    reading('open to rows on screen', opened, 1000),
    ...some,
    reading('open with 1,000 columns shown', all, 1000),
    ...(await readUse(page, '1,000 columns shown')),
    reading('scroll to the last column', await readSideways(page), 300),
  ];
}

/** Kept between runs where FLYWHEEL_BENCH_DATA names a folder: making the runs takes a minute. */
async function dataFolder(owned: AsyncDisposableStack): Promise<string> {
  const kept = process.env.FLYWHEEL_BENCH_DATA;
  if (kept) return kept;
  const made = await mkdtemp(join(tmpdir(), 'flywheel-wide-'));
  owned.defer(() => rm(made, { recursive: true, force: true, maxRetries: 5 }));
  await fillWide(join(made, 'flywheel.db'), runs);
  return made;
}

function reading(name: string, ours: number, limit: number): Reading {
  return { name, unit: 'ms', ours, goal: { kind: 'at-most', value: limit, of: 'ours' } };
}

async function readOpening(page: Page, server: SpawnedServer): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await page.goto(`${server.url}/experiments?experiment=0`);
    await nameAt(page, 20).waitFor();
    took.push(performance.now() - began);
    await page.waitForLoadState('networkidle');
  }
  return median(took);
}

async function readUse(page: Page, shown: string): Promise<readonly Reading[]> {
  const jumps: number[] = [];
  for (const part of [0.5, 0.9, 0.2, 0.99, 0.7]) jumps.push(await readJump(page, part));
  await page.locator('.ag-grid-viewport').evaluate((element) => element.scrollTo(0, 0));
  const sorts: number[] = [];
  for (const direction of ['ascending', 'descending', 'ascending', 'descending']) {
    const before = await nameAt(page, 0).innerText();
    const sort = () => heading(page, 'metric:metric-0').click();
    sorts.push(await timed(sort, nameAt(page, 0).filter({ hasNotText: new RegExp(`^${before}$`) })));
    if ((await heading(page, 'metric:metric-0').getAttribute('aria-sort')) !== direction) await sort();
  }
  return [
    reading(`jump to rows far away, ${shown}`, median(jumps), 300),
    reading(`sort by a metric, ${shown}`, median(sorts), 500),
  ];
}

/** Scrolls to a part of the whole, and counts in the page until rows that were not there before have their names. */
function readJump(page: Page, to: number): Promise<number> {
  return page.locator('.grid').evaluate(async (grid, part) => {
    const shown = () => [...grid.querySelectorAll('.ag-row')];
    const before = new Set(shown().map((row) => row.getAttribute('row-index')));
    const began = performance.now();
    const viewport = grid.querySelector('.ag-grid-viewport');
    viewport?.scrollTo(0, part * viewport.scrollHeight);
    const isThere = () =>
      shown().length > 0 &&
      shown().every((row) => !before.has(row.getAttribute('row-index')) && row.querySelector('.name') !== null);
    while (!isThere()) {
      await new Promise((resolve) => setTimeout(resolve, 4));
      if (performance.now() - began > 20_000) throw new Error('no rows within 20 s');
    }
    return performance.now() - began;
  }, to);
}

async function timed(act: () => Promise<unknown>, seen: Locator): Promise<number> {
  const began = performance.now();
  await act();
  await seen.waitFor();
  return performance.now() - began;
}

async function showEverything(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Columns' }).click();
  for (const section of ['Metrics', 'Parameters']) {
    await page.locator('.group', { hasText: section }).getByRole('button', { name: 'All' }).click();
  }
  await page.getByRole('button', { name: 'Close the columns' }).click();
  await page.waitForLoadState('networkidle');
}

/** Until a value of the last column stands there: those in sight are fetched when they come into it. */
async function readSideways(page: Page): Promise<number> {
  const jump = () => page.locator('.ag-grid-viewport').evaluate((element) => element.scrollTo(element.scrollWidth, 0));
  return timed(jump, page.locator('.ag-cell[col-id^="param:param-9"]').filter({ hasText: /^v\d$/ }).last());
}
