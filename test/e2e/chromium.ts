/**
 * Headless Chromium for tests, as a disposable. Each page tells of every
 * violation of its content policy and of every error that it threw.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from 'playwright-core';

export const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(executable);

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type TestBrowser = AsyncDisposable & { readonly browser: Browser };

export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: executable, headless: true, args: flags });
  return { browser, [Symbol.asyncDispose]: () => browser.close() };
}

export type WatchedPage = AsyncDisposable & {
  readonly page: Page;
  /** Violations of the policy and errors, in words. */
  readonly complaints: string[];
};

export async function openPage({ browser }: TestBrowser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** The one document that a selector matches in, be it inside a webview's frames. */
export async function frameWith(page: Page, selector: string, timeout = 30_000): Promise<Frame> {
  const deadline = Date.now() + timeout;
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      const found = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no frame shows ${selector} within ${timeout} ms`);
}
