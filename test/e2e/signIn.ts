/** Signs a page in by the token, as a person does, up to the first page. */
import type { Page } from 'playwright-core';

export async function signIn(page: Page, server: { readonly url: string; readonly token: string }): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  const among = page.getByText('Use an access token');
  if (await among.isVisible()) await among.click();
  await page.fill('#token', server.token);
  await page.press('#token', 'Enter');
  await page.getByText('Newest runs').waitFor();
}
