/** A run's page while the server is killed and comes back: it says so, recovers by itself and misses nothing. */
import assert from 'node:assert/strict';
import { openClient } from '../harness/client.ts';
import { dataFolder, spawnServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage } from './chromium.ts';
import { signIn } from './signIn.ts';
import { trainOn } from './trainingServer.ts';

const epochs = 40;

describe('a page whose server is killed', function () {
  this.timeout(180_000);

  it('says so, and goes on where it was when the server is back', async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await using data = await dataFolder();
    await using killed = await spawnServer({ data: data.path });
    await using training = await trainOn(killed);
    const runId = await training.launch({ name: 'outlives', parameters: { epochs, hidden: 12 } });
    await using browser = await openBrowser();
    await using watched = await openPage(browser);
    const { page, complaints } = watched;
    // The token of the port file ends with its server; that of a person does not.
    const { secret } = await training.api.session.createToken({ name: 'browser' });
    await signIn(page, { url: killed.url, token: secret });
    await page.goto(`${killed.url}/runs/${runId}`);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText(/epoch +2 /).waitFor();
    await killed.kill();
    const banner = page.getByText(/^Shown data is from/);
    await banner.waitFor();
    await using restarted = await spawnServer({ data: data.path, port: Number(new URL(killed.url).port) });
    await banner.waitFor({ state: 'hidden', timeout: 60_000 });
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 90_000 });
    await page.getByText(/of 360 missed; see/).waitFor();
    assert.deepEqual(await loggedEpochs(restarted, runId), count(epochs));
    await page.getByRole('tab', { name: /Metrics/ }).click();
    await page.getByRole('img', { name: new RegExp(`^loss: .*${epochs} points`) }).waitFor();
    // The lines of the log are virtual: their number stands above them, with the first and the last line of the job.
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText(`${epochs + 2} lines`, { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });
});

async function loggedEpochs(server: { readonly url: string; readonly token: string }, runId: string) {
  await using client = await openClient(server);
  const [history] = await client.api.runs.history({ runIds: [runId], keys: ['loss'] });
  return history?.steps;
}

const count = (to: number) => Array.from({ length: to }, (_, index) => index + 1);
