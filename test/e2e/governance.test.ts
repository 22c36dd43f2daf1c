/** Secrets, a hard budget with its approval, and the audit log, as people meet them in a browser. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openClient, type TestClient } from '../harness/client.ts';
import { projectWithCode } from '../harness/projectWithCode.ts';
import { startServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');

describe('governance in a browser', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let server: { readonly url: string; readonly token: string };
  let api: TestClient;
  let browser: TestBrowser;
  let runId = '';

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    server = owned.use(await startServer());
    ({ api } = owned.use(await openClient(server)));
    browser = owned.use(await openBrowser());
  });
  after(() => owned.disposeAsync());

  async function at(path: string, options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    watched.page.setDefaultTimeout(15_000);
    await signIn(watched.page, server);
    await watched.page.goto(`${server.url}${path}`);
    return watched;
  }

  it('keeps a secret that is typed unseen, and shows it nowhere again', async () => {
    const code = await projectWithCode(
      { ...server, api },
      { id: 'churn', files: { 'job.sh': 'echo "key: $API_KEY"\n' } },
    );
    await using watched = await at('/governance?project=churn');
    const { page, complaints } = watched;
    await page.getByText('No secrets yet').waitFor();
    await page.getByLabel('Name').fill('API_KEY');
    await page.getByLabel('Value').fill('short');
    await page.getByText('Value: at least 8 bytes').waitFor();
    await page.getByLabel('Value').fill('long-enough-value');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('cell', { name: 'API_KEY', exact: true }).waitFor();
    assert.equal(await page.getByLabel('Value').inputValue(), '');
    assert.ok(!(await page.content()).includes('long-enough-value'));
    const place = { projectId: 'churn', environmentId: 'system', tierId: 'small', code };
    const run = await api.runs.launch({ ...place, command: 'sh job.sh', secrets: [{ name: 'API_KEY' }] });
    await page.goto(`${server.url}/runs/${run.id}`);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText('key: *****************').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('holds a launch that crosses a hard budget until it is approved', async () => {
    await using watched = await at('/costs', { colorScheme: 'light' });
    const { page, complaints } = watched;
    await page.getByRole('button', { name: 'Set a budget' }).click();
    await page.getByLabel('Which').selectOption('churn');
    await page.getByLabel('Amount').fill('0.01');
    await page.getByRole('button', { name: 'Set budget' }).click();
    await page.getByText('of €0.01').waitFor();
    const { items } = await api.runs.list({ projectId: 'churn' });
    const { code } = await api.runs.get({ runId: items[0]?.id ?? '' });
    assert.ok(code);
    const place = { projectId: 'churn', environmentId: 'system', tierId: 'small', code };
    const run = await api.runs.launch({ ...place, command: 'echo approved', name: 'crosses it' });
    runId = run.id;
    await page.getByText('Waiting for approval').waitFor();
    assert.equal((await api.runs.get({ runId })).state, 'queued');
    await page.screenshot({ path: join(shots, 'governance-approval.png') });
    await page.getByRole('textbox', { name: /^Why/ }).fill('Once');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Waiting for approval').waitFor({ state: 'detached' });
    await until('it has run', async () => (await api.runs.get({ runId })).state === 'succeeded');
    assert.deepEqual(complaints, []);
  });

  it('adds a service account with a token that is shown once, and ends it', async () => {
    await using watched = await at('/governance?tab=accounts');
    const { page, complaints } = watched;
    await page.getByLabel('What to add').selectOption('of:churn');
    await page.getByLabel('Id').fill('nightly');
    await page.getByLabel('Name').fill('Nightly scores');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('No sessions and no tokens').waitFor();
    await page.getByLabel('New token').fill('pipeline');
    await page.getByRole('button', { name: 'Make' }).click();
    const secret = await page.getByRole('status').locator('code').innerText();
    const headers = { authorization: `Bearer ${secret}`, 'user-agent': 'pipeline/1.4' };
    assert.equal((await fetch(`${server.url}/api/projects`, { headers })).status, 200);
    await page.screenshot({ path: join(shots, 'governance-accounts.png') });
    // A use is no event: whoever looks again sees it.
    await page.getByLabel('Details of nightly').click();
    await page.getByLabel('Details of nightly').click();
    await page.getByTitle('pipeline/1.4').waitFor();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByText('No sessions and no tokens').waitFor();
    assert.equal((await fetch(`${server.url}/api/projects`, { headers })).status, 401);
    await page.getByRole('tab', { name: 'Your Sessions' }).click();
    await page.getByText('this one, now').waitFor();
    await page.screenshot({ path: join(shots, 'governance-sessions.png') });
    assert.deepEqual(complaints, []);
  });

  it('gives a person a link by which they set a password and are signed in', async () => {
    await using watched = await at('/governance?tab=accounts', { colorScheme: 'dark' });
    const { page, complaints } = watched;
    await page.getByLabel('Id').fill('ada');
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Password link' }).click();
    const link = await page.getByRole('status').locator('code').innerText();
    await page.screenshot({ path: join(shots, 'governance-password-link.png') });
    await page.goto(link);
    await page.getByLabel('New password').fill('correct horse battery');
    await page.getByLabel('The same again').fill('something else here');
    await page.getByRole('button').click();
    await page.getByText('The two are not the same').waitFor();
    await page.screenshot({ path: join(shots, 'sign-in-set-password.png') });
    await page.getByLabel('New password').fill('correct horse battery');
    await page.getByLabel('The same again').fill('correct horse battery');
    await page.getByRole('button').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('User name').fill('ada');
    await page.getByLabel('Password').fill('not this one at all');
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await page.getByText('The name or the password is not right').waitFor();
    await page.screenshot({ path: join(shots, 'sign-in-wrong.png') });
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await page.goto(`${server.url}/governance?tab=sessions`);
    await page.getByText('With a new one your other sessions end').waitFor();
    await page.screenshot({ path: join(shots, 'governance-own-sessions.png') });
    // The browser tells of each answer that is an error.
    assert.deepEqual(
      complaints.filter((text) => !/status of 40[01]/.test(text)),
      [],
    );
  });

  it('tells an auditor who did it, and that the log is whole', async () => {
    await using watched = await at('/governance?tab=audit');
    const { page, complaints } = watched;
    await page.getByLabel('About').fill(runId);
    await page.getByLabel('About').press('Enter');
    await page.getByLabel('Action').selectOption('approval.decided');
    const row = page.getByRole('row').filter({ hasText: 'approval.decided' });
    await row.getByText('Administrator').waitFor();
    await row.getByRole('button').press('Enter');
    await row.getByText('note: Once').waitFor();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText(/^All \d+ events are as they were written/).waitFor();
    await page.screenshot({ path: join(shots, 'governance-audit.png') });
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    assert.equal((await saved).suggestedFilename(), 'audit.jsonl');
    assert.deepEqual(complaints, []);
  });
});
