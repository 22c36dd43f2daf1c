/** The launch form in the real VS Code beside launching: an environment made from requirements, a launch called off. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { needWorkbench, openSidebar, openWorkbench, shots } from './workbench.ts';

describe('the launch form in VS Code', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let page: Page;
  let form: Frame;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
    await openSidebar(page);
    form = await frameWith(page, 'fw-launch-panel .form');
    await form.getByLabel('Project', { exact: true }).selectOption('digits');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-launch-failed.png') });
  });
  after(() => owned.disposeAsync());

  const environment = () => form.getByLabel('Environment', { exact: true });
  const chosen = () => environment().evaluate((list) => (list as unknown as { value: string }).value);
  const ids = async () => (await training.api.environments.list()).map(({ id }) => id);

  async function describeNew(name: string, requirements: string): Promise<void> {
    await environment().selectOption({ label: 'New from requirements…' });
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await form.getByRole('textbox', { name: 'Requirements' }).fill(requirements);
  }

  it('leaves the environment as it was when a new one is called off', async () => {
    const before = await ids();
    await describeNew('Never', 'numpy');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.getByRole('textbox', { name: 'Requirements' }).waitFor({ state: 'hidden' });
    assert.equal(await chosen(), 'system');
    assert.deepEqual(await ids(), before);
  });

  it('makes an environment from requirements, chooses it and shows it built', async () => {
    await describeNew('Plain Python', '# the standard library is enough');
    await page.screenshot({ path: join(shots, 'vscode-launch-environment.png') });
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByText(/^Built/).waitFor({ timeout: 60_000 });
    assert.equal(await chosen(), 'plain-python');
    assert.ok((await ids()).includes('plain-python'));
  });

  it('says why an environment cannot be built, and offers to try again', async () => {
    await describeNew('Broken', '===nothing');
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByRole('button', { name: 'Build again' }).waitFor({ timeout: 60_000 });
    await form.locator('.build.failed', { hasText: /nothing/ }).waitFor();
    await page.screenshot({ path: join(shots, 'vscode-launch-broken.png') });
  });

  it('refuses a second one of the same name, and keeps what was typed', async () => {
    await describeNew('Broken', 'numpy');
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByRole('alert').waitFor();
    assert.equal(await form.getByRole('textbox', { name: 'Requirements' }).inputValue(), 'numpy');
    await form.getByRole('button', { name: 'Cancel' }).click();
  });

  it('gives the run the secrets that are chosen, and says before that it goes over a budget', async () => {
    const { api } = training;
    await api.secrets.set({ projectId: 'digits', name: 'DIGITS_KEY', value: 'value-of-the-key' });
    await environment().selectOption('system');
    await form.getByLabel('Command').fill('echo "$DIGITS_KEY"');
    await form.getByRole('checkbox', { name: 'DIGITS_KEY' }).click();
    await form.getByLabel('How the run gets DIGITS_KEY').waitFor();
    const budget = { kind: 'project', subjectId: 'digits', amount: 0.0001 } as const;
    const { id: budgetId } = await api.budgets.set({ ...budget, enforcement: 'approve' });
    await form
      .getByText(/^Over the budget of the project .* The run will wait until somebody approves it\.$/)
      .waitFor();
    await page.screenshot({ path: join(shots, 'vscode-launch-budget.png') });
    await form.getByRole('button', { name: 'Launch' }).click();
    await frameWith(page, 'fw-run-panel');
    await page
      .getByText(/waits for approval: it would cross a budget/)
      .first()
      .waitFor();
    const [held] = await api.budgets.approvals();
    const runId = held?.runId ?? '';
    await api.budgets.decide({ runId, verdict: 'approve' });
    await until('it has ended', async () => (await api.runs.get({ runId })).endedAt !== null);
    let log = '';
    for await (const chunk of await api.runs.logs({ runId, follow: false }))
      if (chunk.kind === 'text') log += chunk.text;
    assert.equal(log, `${'*'.repeat('value-of-the-key'.length)}\n`);
    await api.budgets.delete({ budgetId });
  });

  it('calls a launch off while the code is on its way, and leaves no run', async () => {
    const runs = async () => (await training.api.runs.list({})).items.length;
    const before = await runs();
    const heavy = join(training.folder, 'heavy.bin');
    await writeFile(heavy, randomBytes(100 * 1024 * 1024));
    await environment().selectOption('system');
    await form.getByLabel('Command').fill('echo kept');
    await form.getByRole('button', { name: 'Launch' }).click();
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.getByRole('button', { name: 'Launch' }).waitFor();
    assert.equal(await form.getByRole('alert').count(), 0);
    assert.equal(await form.getByLabel('Command').inputValue(), 'echo kept');
    await rm(heavy);
    await form.getByRole('button', { name: 'Launch' }).click();
    await frameWith(page, 'fw-run-panel');
    await until('the one run is there', async () => (await runs()) > before);
    assert.equal(await runs(), before + 1);
  });
});
