import assert from 'node:assert/strict';
import { isClientWork } from '../../../server/transport/proxy/activity.ts';
import { requestHeaders, responseHeaders } from '../../../server/transport/proxy/toolHeaders.ts';

const basePath = '/workspaces/0123456789abcdef/';
const to = { basePath, secret: null, proto: 'http', address: '10.0.0.1', ownCredential: false } as const;
const from = { basePath, host: 'own.localhost:8000', stripped: true };

describe('headers on their way to a tool', () => {
  it('carry no cookie of ours, however it is spelled', () => {
    const cookie = 'a=1; flywheel_ws_0123456789abcdef=s; FLYWHEEL_x=s; flywheel_12345678=s=; b=2=3';
    assert.equal(requestHeaders({ cookie }, to).cookie, 'a=1; b=2=3');
    assert.equal('cookie' in requestHeaders({ cookie: 'flywheel_12345678=s' }, to), false);
  });

  it('carry no token of ours, and the one of the tool where it asks for one', () => {
    const authorization = 'Bearer ours';
    assert.equal(requestHeaders({ authorization }, { ...to, ownCredential: true }).authorization, undefined);
    assert.equal(requestHeaders({ authorization: 'Basic own' }, to).authorization, 'Basic own');
    assert.equal(requestHeaders({ authorization }, { ...to, secret: 's' }).authorization, 'token s');
  });

  it('do not let a client say where it comes from', () => {
    const lies = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' };
    const sent = requestHeaders({ ...lies, host: 'h' }, to);
    assert.equal(sent['x-forwarded-for'], '10.0.0.1');
    assert.deepEqual([sent.forwarded, sent['x-real-ip']], [undefined, undefined]);
  });
});

describe('headers on their way from a tool', () => {
  it('set cookies under its own path alone, and none that would pass for ours', () => {
    const cookies = [
      'a=1; Path=/; Domain=localhost; HttpOnly',
      `b=2; Path=${basePath}lab`,
      'Flywheel_ws_x=1',
      'c=3; path=/other',
    ];
    assert.deepEqual(responseHeaders({ 'set-cookie': cookies }, from)['set-cookie'], [
      `a=1; HttpOnly; Path=${basePath}`,
      `b=2; Path=${basePath}lab`,
      `c=3; Path=${basePath}`,
    ]);
  });

  it('lead back to where it is, and elsewhere only where it says so', () => {
    const lead = (location: string) => responseHeaders({ location }, from).location;
    assert.equal(lead('/login?next=1'), `${basePath}login?next=1`);
    assert.equal(lead('http://own.localhost:8000/login'), `${basePath}login`);
    assert.equal(lead(`${basePath}login`), `${basePath}login`);
    assert.equal(lead('./login'), './login');
    assert.equal(lead('https://elsewhere.example/'), 'https://elsewhere.example/');
    assert.equal(lead('//elsewhere.example/'), '//elsewhere.example/');
  });

  it('cannot touch the rest of the host', () => {
    const wide = { 'clear-site-data': '"*"', 'strict-transport-security': 'max-age=1', 'service-worker-allowed': '/' };
    const shown = responseHeaders({ ...wide, 'content-security-policy': "default-src 'self'" }, from);
    assert.deepEqual([shown['clear-site-data'], shown['strict-transport-security']], [undefined, undefined]);
    assert.equal(shown['service-worker-allowed'], basePath);
    assert.deepEqual(shown['content-security-policy'], ["default-src 'self'", "frame-ancestors 'self'"]);
  });
});

describe('frames of a WebSocket', () => {
  it('show work, unless they are signs of life', () => {
    const masked = (first: number, length: number) =>
      Buffer.from([first, 0x80 | length, 1, 2, 3, 4, ...Array(length).fill(7)]);
    assert.equal(isClientWork(masked(0x81, 5)), true);
    assert.equal(isClientWork(masked(0x82, 0)), true);
    assert.equal(isClientWork(masked(0x89, 0)), false);
    assert.equal(isClientWork(masked(0x8a, 4)), false);
    assert.equal(isClientWork(masked(0x88, 2)), false);
    assert.equal(isClientWork(Buffer.concat([masked(0x8a, 120), masked(0x81, 120)])), true);
  });
});
