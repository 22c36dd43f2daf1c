import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { isFromItself, WorkspaceHosts } from '../../../server/transport/proxy/workspaceHosts.ts';

const id = '0123456789abcdef';
const request = (headers: IncomingMessage['headers'], method = 'GET') => ({ headers, method }) as IncomingMessage;
const hosts = (change: Partial<ConstructorParameters<typeof WorkspaceHosts>[0]> = {}) =>
  new WorkspaceHosts({ host: '127.0.0.1', hostNames: [], publicUrl: null, port: () => 7718, ...change });

describe('the names of workspaces', () => {
  it('are one for each on this machine', () => {
    const local = hosts();
    assert.equal(local.browserOrigin(id), `http://${id}.localhost:7718`);
    assert.equal(local.programOrigin(id), 'http://127.0.0.1:7718');
    assert.equal(local.isBrowserHost(request({ host: `${id}.localhost:7718` }), id), true);
    for (const host of [
      'localhost:7718',
      '127.0.0.1:7718',
      'fedcba9876543210.localhost:7718',
      `${id}.localhost.evil.example`,
    ]) {
      assert.equal(local.isBrowserHost(request({ host }), id), false, host);
    }
  });

  it('are what the administrator says, a star being the id', () => {
    const wide = hosts({ host: '0.0.0.0', hostNames: ['ml.example'], publicUrl: 'https://*.work.example' });
    assert.equal(wide.browserOrigin(id), `https://${id}.work.example`);
    assert.equal(wide.secure, true);
    assert.equal(wide.isBrowserHost(request({ host: `${id}.work.example` }), id), true);
    assert.equal(wide.isBrowserHost(request({ host: 'ml.example' }), id), false);
    assert.equal(wide.isWorkspaceOrigin(new URL(`https://${id}.work.example`)), true);
    assert.equal(wide.isWorkspaceOrigin(new URL('https://ml.example')), false);
  });

  it('share one where there is no other, and are never the origin of the server', () => {
    const shared = hosts({ host: '0.0.0.0', hostNames: ['ml.example'] });
    assert.equal(shared.browserOrigin(id), 'http://ml.example:7718');
    assert.equal(shared.isolated, false);
    assert.equal(shared.isWorkspaceOrigin(new URL('http://ml.example:7718')), true);
    assert.equal(shared.isWorkspaceOrigin(new URL('http://ml.example:7717')), false);
  });
});

describe('a request with the session of a browser', () => {
  const host = `${id}.localhost:7718`;
  const upgrade = { upgrade: 'websocket', host };
  it('counts from a page of the same origin, or when a person goes there', () => {
    assert.equal(isFromItself(request({ host, 'sec-fetch-site': 'same-origin' }, 'POST')), true);
    assert.equal(isFromItself(request({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })), true);
    assert.equal(isFromItself(request({ ...upgrade, origin: `http://${host}` })), true);
  });

  it('does not count from any other', () => {
    assert.equal(isFromItself(request({ host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })), false);
    assert.equal(
      isFromItself(request({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'POST')),
      false,
    );
    assert.equal(isFromItself(request({ host, origin: 'http://fedcba9876543210.localhost:7718' }, 'POST')), false);
    assert.equal(isFromItself(request(upgrade)), false);
    assert.equal(isFromItself(request({ ...upgrade, origin: 'https://evil.example' })), false);
  });
});
