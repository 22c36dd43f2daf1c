/** Notes and names of people who mean ill, in every page that shows them: read as text, and reversing nothing. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { skip } from '../harness/reporter.ts';
import { hasChromium, openBrowser, openPage, type WatchedPage } from './chromium.ts';
import { signIn } from './signIn.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';

const note = [
  '# Title <img src=x onerror="window.__pwned=1">',
  '[run](javascript:window.__pwned=1) [data](data:text/html,<script>window.__pwned=1</script>) <javascript:window.__pwned=1>',
  '![pic](https://pictures.invalid/a.png) ![bad](javascript:window.__pwned=1)',
  '</script><script>window.__pwned=1</script> <svg onload=window.__pwned=1></svg>',
  '<iframe src="javascript:window.__pwned=1"></iframe> <a href="javascript:window.__pwned=1" onclick="window.__pwned=1">a</a>',
  'line\u2028separator and \u202Ereversed and pay\u200Bpal',
  '**bold** [good](https://good.invalid/) <mailto:a@good.invalid>',
].join('\n\n');

/** All that a page says to an eye or an ear, through every shadow root. */
const readAll = `(() => {
  const said = [], elements = [], links = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      elements.push(element.localName);
      if (element.localName === 'a') links.push(element.href);
      for (const name of ['title', 'aria-label', 'alt', 'placeholder']) said.push(element.getAttribute(name) ?? '');
      if (element.shadowRoot) walk(element.shadowRoot);
      if (!/^(script|style)$/.test(element.localName))
        for (const child of element.childNodes) if (child.nodeType === Node.TEXT_NODE) said.push(child.data);
    }
  };
  walk(document.body);
  return { said, elements, links };
})()`;
type Said = {
  readonly said: readonly string[];
  readonly elements: readonly string[];
  readonly links: readonly string[];
};

describe('hostile text in a browser', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let watched: WatchedPage;
  let page: Page;
  let runId: string;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    training = owned.use(await startTrainingServer());
    watched = owned.use(await openPage(owned.use(await openBrowser())));
    page = watched.page;
    await signIn(page, training.server);
    runId = await training.launch({ name: 'report\u202Egpj.exe', command: 'true', parameters: { p: 'a\u2066b' } });
    await training.api.runs.update({ runId, note, setTags: { 'tag\u200B': '\u202Eeulav' } });
    await training.api.projects.update({ projectId: 'digits', name: 'Digits\u202E', description: note });
  });
  afterEach(() => assert.deepEqual(watched?.complaints ?? [], []));
  after(() => owned.disposeAsync());

  const open = (path: string) => page.goto(`${training.server.url}${path}`);

  it('runs nothing, loads nothing, and leads only to the web and to mail', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await open(`/runs/${runId}`);
    await page.getByText('<img src=x', { exact: false }).waitFor();
    await page.locator('strong', { hasText: 'bold' }).waitFor();
    const { elements, links } = (await page.evaluate(readAll)) as Said;
    assert.deepEqual(
      elements.filter((name) => /^(img|iframe|object|embed)$/.test(name)),
      [],
    );
    const leading = links.filter((link) => link !== '' && !link.startsWith(training.server.url));
    assert.deepEqual(leading, ['https://pictures.invalid/a.png', 'https://good.invalid/', 'mailto:a@good.invalid']);
    assert.equal(await page.evaluate('window.__pwned'), undefined);
    assert.deepEqual(
      asked.filter((address) => !address.startsWith(training.server.url)),
      [],
    );
  });

  it('opens a link beside the page, which the other cannot reach', async () => {
    const popup = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'good', exact: true }).click();
    const opened = await popup;
    assert.equal(await opened.evaluate('window.opener'), null);
    await opened.close();
  });

  for (const path of ['/', '/projects/digits', '/experiments?project=digits', 'run']) {
    it(`spells out what would reverse or hide on ${path}`, async () => {
      await open(path === 'run' ? `/runs/${runId}` : path);
      await page
        .getByText(/gpj\.exe/)
        .first()
        .waitFor();
      await until(
        'the columns are there',
        async () => !/experiments|run/.test(path) || /2066/.test(((await page.evaluate(readAll)) as Said).said.join()),
      );
      const { said } = (await page.evaluate(readAll)) as Said;
      assert.deepEqual(
        said.filter((text) => /[\p{Bidi_Control}\u200B]/u.test(text)),
        [],
      );
      assert.ok(said.some((text) => text.includes('U+202E')));
    });
  }

  it('edits a note with the keyboard alone', async () => {
    await open(`/runs/${runId}`);
    const edit = page.getByRole('button', { name: 'Edit note' });
    await edit.press('Enter');
    const field = page.getByRole('textbox', { name: 'Note' });
    await until('the field has the focus', async () => (await focused(page)) === 'textarea');
    assert.equal(await field.inputValue(), note.replaceAll('\r', ''));
    await field.fill('## Tried\n\n- a *smaller* rate');
    await page.getByRole('button', { name: 'Preview' }).press('Enter');
    await page.getByRole('heading', { name: 'Tried' }).waitFor();
    await page.getByRole('button', { name: 'Write' }).press('Enter');
    await field.press('Escape');
    await page.locator('strong', { hasText: 'bold' }).waitFor();
    await edit.press('Enter');
    await field.fill('## Tried\n\n- a *smaller* rate');
    await field.press('Control+Enter');
    await page.locator('em', { hasText: 'smaller' }).waitFor();
    await until('the button has the focus', async () => (await focused(page)) === 'button');
    assert.equal((await training.api.runs.get({ runId })).note, '## Tried\n\n- a *smaller* rate');
  });
});

function focused(page: Page): Promise<unknown> {
  const inside =
    'let at = document.activeElement; while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;';
  return page.evaluate(`(() => { ${inside} return at.localName; })()`);
}
