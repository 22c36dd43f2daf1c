/** Signs a page in by the token, as a person does, up to the first page. */
import type { Page } from 'playwright-core';

export async function signIn(page: Page, server: { readonly url: string; readonly token: string }): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.fill('#token', server.token);
  await page.click('button[type=submit]');
  await page.getByText('Newest runs').waitFor();
}
