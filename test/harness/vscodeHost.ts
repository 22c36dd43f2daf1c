/**
 * Runs one compiled suite inside the extension host of a real VS Code and
 * hands back what it wrote: the desktop one where it can be downloaded, else
 * the one from npm, opened in headless Chromium, without which its extension
 * host does not start.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';
import { startVscodeWeb } from './vscodeWeb.ts';

const root = join(import.meta.dirname, '..', '..');

export type HostRun = {
  /** The compiled suite: a CommonJS module that exports `run`. */
  readonly suite: string;
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** Where the suite writes its results when it has ended. */
  readonly results: string;
  readonly deadlineMs: number;
};

/** What the suite wrote. */
export async function runInVscode(run: HostRun): Promise<string> {
  return (await canDownload()) ? runInDesktop(run) : runInBrowser(run);
}

async function canDownload(): Promise<boolean> {
  const probe = 'https://update.code.visualstudio.com/api/releases/stable';
  const answer = await fetch(probe, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  return answer?.ok === true;
}

async function runInDesktop(run: HostRun): Promise<string> {
  const { runTests } = await import('@vscode/test-electron');
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: run.suite,
    extensionTestsEnv: { ...run.env },
    launchArgs: [run.workspace, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome'],
  });
  return readFile(run.results, 'utf8');
}

async function runInBrowser(run: HostRun): Promise<string> {
  const { workspace, settings, env } = run;
  // Only with the driver of the smoke tests does the page heed what it is told about tests.
  const options = ['--vscode-option', 'enable-smoke-test-driver'];
  const web = await startVscodeWeb({ workspace, settings, env, options });
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    await page.goto(addressWithTests(web.url, run.suite));
    return await written(run, web.output);
  } finally {
    await browser.close();
    await web.dispose();
  }
}

function addressWithTests(address: string, suite: string): string {
  const url = new URL(address);
  const remote = (path: string) => `vscode-remote://${url.host}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(root)],
    ['extensionTestsPath', remote(suite)],
  ];
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** Where Chromium is; null names what to install. */
export function chromiumPath(): string | null {
  const places = [
    process.env.FLYWHEEL_TEST_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return places.find((place) => place && existsSync(place)) ?? null;
}

/** Quiet, and without a sandbox, which Chromium refuses to a superuser anyway. */
export async function openChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (!executablePath) throw new Error('there is no Chromium (apt-get install chromium)');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  return chromium.launch({ executablePath, args: [...args, '--disable-component-update', '--disable-sync'] });
}

async function written(run: HostRun, output: () => string): Promise<string> {
  const deadline = performance.now() + run.deadlineMs;
  while (performance.now() < deadline) {
    const text = await readFile(run.results, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text;
    await sleep(200);
  }
  throw new Error(`the suite did not end in ${run.deadlineMs} ms; VS Code printed:\n${output()}`);
}
