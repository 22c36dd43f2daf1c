import assert from 'node:assert/strict';
import { panelHtml } from '../../../extension/panels/panelHtml.ts';

const options = { script: 'https://webview.test/run.js', cspSource: 'https://webview.test' };

describe('panel page', () => {
  it('allows nothing from elsewhere, and scripts by a nonce that is new each time', () => {
    const pages = [1, 2].map(() => panelHtml({ ...options, place: { panel: 'home' } }));
    const nonces = pages.map((page) => /script-src 'nonce-([^']+)'/.exec(page)?.[1] ?? '');
    const [policy = ''] = /content="default-src[^"]*"/.exec(pages[0] ?? '') ?? [];
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /connect-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.notEqual(nonces[0], nonces[1]);
    assert.ok(Buffer.from(nonces[0] ?? '', 'base64').length >= 16);
    const scripts = (pages[0] ?? '').match(/<script[^>]*>/g) ?? [];
    assert.ok(scripts.length > 0 && scripts.every((script) => script.includes(`nonce="${nonces[0]}"`)));
  });

  it('keeps markup in a place inside its attribute', () => {
    const page = panelHtml({ ...options, place: { panel: 'launch', folderId: `"><script>alert(1)</script>'` } });
    assert.equal((page.match(/<script/g) ?? []).length, 2);
    assert.match(page, /&quot;&gt;&lt;script&gt;/);
  });
});
