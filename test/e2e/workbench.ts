/** A window of the real VS Code with the extension in it, in headless Chromium, and what tests do in it over and over. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { skip } from '../harness/reporter.ts';
import { startVscodeWeb, type VscodeWeb, type VscodeWebOptions } from '../harness/vscodeWeb.ts';
import { hasChromium, openBrowser, openPage, type WatchedPage } from './chromium.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '..', '..');
export const shots = join(root, 'test', 'output', 'screenshots');

export type Workbench = AsyncDisposable & {
  readonly vscode: VscodeWeb;
  readonly page: Page;
  readonly watched: WatchedPage;
};

/** Skips where this machine has no browser, or nobody has built the extension. */
export function needWorkbench(context: Mocha.Context): void {
  if (!hasChromium) skip(context, 'there is no Chromium; set CHROMIUM to its path');
  if (!existsSync(join(root, 'dist/extension/extension.cjs'))) skip(context, 'the extension is not built');
}

export async function openWorkbench(options: VscodeWebOptions): Promise<Workbench> {
  await using owned = new AsyncDisposableStack();
  await mkdir(shots, { recursive: true });
  const vscode = await startVscodeWeb(options);
  owned.defer(() => vscode.dispose());
  const watched = owned.use(await openPage(owned.use(await openBrowser()), { viewport: { width: 1440, height: 900 } }));
  const { page } = watched;
  await page.goto(vscode.url);
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  const all = owned.move();
  return { vscode, page, watched, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

export async function openSidebar(page: Page): Promise<void> {
  await page
    .getByRole('tab', { name: /^Flywheel/ })
    .first()
    .click();
}

/** A panel that opens takes the focus, and the palette closes then: it is opened again. */
export async function command(page: Page, name: string): Promise<void> {
  const patience = { timeout: 3000 };
  await until(`the command ${name} is chosen`, async () => {
    try {
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input').fill(`>${name}`, patience);
      await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first().click(patience);
      return true;
    } catch {
      // An open palette keeps the commands that it knew when it opened.
      await page.keyboard.press('Escape');
      return false;
    }
  });
}

/** A command that asks for a run, answered: the list of runs may only be on its way. */
export async function chooseRun(page: Page, name: string, run: string): Promise<void> {
  await until(`${run} is offered`, async () => {
    await command(page, name);
    const row = page.locator(`.quick-input-list .monaco-list-row[aria-label^="${run},"]`).first();
    return row.click({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
  });
}

/** An entry of the open list, by how it begins. By keyboard: a hint of the entry under the pointer may lie over it. */
export async function pick(page: Page, beginning: string): Promise<void> {
  await page.locator(`.quick-input-list .monaco-list-row[aria-label*="${beginning}"]`).first().waitFor();
  await page.locator('.quick-input-widget input').fill(beginning);
  // The list follows what was typed a moment later.
  await page.locator(`.quick-input-list .monaco-list-row.focused[aria-label*="${beginning}"]`).first().waitFor();
  await page.keyboard.press('Enter');
}

export async function chooseTheme(page: Page, theme: string): Promise<void> {
  await until(`the theme ${theme} is chosen`, async () => {
    try {
      await command(page, 'Preferences: Color Theme');
      await page.locator('.quick-input-widget input').fill(theme, { timeout: 5000 });
      await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${theme}"]`).first().click({ timeout: 5000 });
      await page.locator('.quick-input-widget').waitFor({ state: 'hidden', timeout: 5000 });
      return true;
    } catch {
      await page.keyboard.press('Escape');
      return false;
    }
  });
}

/** An input box by its title, answered. */
export async function answer(page: Page, title: RegExp, text: string): Promise<void> {
  await page.locator('.quick-input-widget .quick-input-title', { hasText: title }).waitFor();
  await page.locator('.quick-input-widget input').fill(text);
  await page.keyboard.press('Enter');
}

export const notification = (page: Page, text: RegExp): Locator =>
  page.locator('.notification-list-item', { hasText: text }).first();

export const dialog = (page: Page, text: RegExp): Locator => page.locator('.monaco-dialog-box', { hasText: text });
