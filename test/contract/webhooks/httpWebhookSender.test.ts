/** Where messages may go: the sender against addresses in every form, names that lie, and receivers that misbehave. */
import assert from 'node:assert/strict';
import { HttpWebhookSender, type Resolve } from '../../../server/adapters/webhooks/httpWebhookSender.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { startReceiver, type WebhookReceiver } from '../../harness/webhookReceiver.ts';

const message = (url: string, signal = new AbortController().signal) => ({
  url,
  headers: { 'x-a': '1' },
  body: '{}',
  signal,
});
const refused = (error: unknown) => isDomainError(error) && error.field === 'url' && /address/.test(error.message);

describe('sender of webhooks', () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver[Symbol.asyncDispose]());

  const inside = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[ff02::1]',
  ];
  for (const host of inside) {
    it(`refuses ${host} when a webhook is made and when it is sent`, async () => {
      const sender = new HttpWebhookSender({ allowed: () => [] });
      const url = `http://${host}:${receiver.port}/`;
      assert.throws(() => sender.check(url), refused);
      await assert.rejects(sender.send(message(url)), refused);
      assert.equal(receiver.received.length, 0);
    });
  }

  it('takes public addresses, and only web addresses without passwords', () => {
    const sender = new HttpWebhookSender({ allowed: () => [] });
    for (const url of ['https://example.com/x', 'http://93.184.216.34:8080', 'https://[2606:4700::1111]/']) {
      sender.check(url);
    }
    for (const url of ['ftp://example.com', 'file:///etc/passwd', 'example.com', '', 'javascript:1', 'http://']) {
      assert.throws(() => sender.check(url), /must begin with http/, url);
    }
    assert.throws(() => sender.check('https://me:secret@example.com'), /name or password/);
  });

  it('sends into ranges that are allowed', async () => {
    const sender = new HttpWebhookSender({ allowed: () => ['10.0.0.0/8', '::1/128', '127.0.0.0/8'] });
    assert.deepEqual(await sender.send(message(receiver.url)), { status: 200, body: 'thanks' });
    const [got] = receiver.received;
    assert.deepEqual([got?.headers['x-a'], got?.headers['content-length'], got?.body], ['1', '2', '{}']);
    const mapped = `http://[::ffff:127.0.0.1]:${receiver.port}/`;
    assert.equal((await sender.send(message(mapped))).status, 200);
  });

  const answering =
    (...answers: readonly (readonly string[])[]): Resolve =>
    (_host, done) => {
      const [addresses = []] = answers.length > 1 ? [answers[asked]] : answers;
      asked += 1;
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
  let asked = 0;

  it('refuses names that stand for addresses inside', async () => {
    for (const address of ['127.0.0.1', '::1', '169.254.169.254', '::ffff:127.0.0.1']) {
      const sender = new HttpWebhookSender({ allowed: () => [], resolve: answering([address]) });
      const url = `http://innocent.example:${receiver.port}/`;
      sender.check(url);
      await assert.rejects(sender.send(message(url)), /innocent\.example is not at a public address/);
    }
    assert.equal(receiver.received.length, 0);
  });

  it('connects to no address but the one that it checked, whatever the name says next', async () => {
    asked = 0;
    const resolve = answering(['127.0.0.9'], ['10.0.0.1'], ['127.0.0.1']);
    const sender = new HttpWebhookSender({ allowed: () => ['127.0.0.1/32'], resolve });
    const url = `http://changing.example:${receiver.port}/`;
    await assert.rejects(sender.send(message(url)), /not at a public address/);
    await assert.rejects(sender.send(message(url)), /not at a public address/);
    assert.equal(receiver.received.length, 0);
    assert.equal((await sender.send(message(url))).status, 200);
    assert.equal(asked, 3, 'asked once for each connection');
  });

  it('goes only to the addresses of a name that are allowed', async () => {
    const resolve = answering(['10.255.255.1', '127.0.0.1']);
    const sender = new HttpWebhookSender({ allowed: () => ['127.0.0.0/8'], resolve });
    assert.equal((await sender.send(message(`http://mixed.example:${receiver.port}/`))).status, 200);
  });

  it('follows no redirect', async () => {
    receiver.answer = (response) => response.writeHead(302, { location: receiver.url }).end();
    const sender = new HttpWebhookSender({ allowed: () => ['127.0.0.0/8'] });
    assert.equal((await sender.send(message(receiver.url))).status, 302);
    assert.equal(receiver.received.length, 1);
  });

  it('forgets what it allowed when the range is taken away', async () => {
    let ranges = ['127.0.0.0/8'];
    const sender = new HttpWebhookSender({ allowed: () => ranges });
    await sender.send(message(receiver.url));
    ranges = [];
    await assert.rejects(sender.send(message(receiver.url)), refused);
    assert.equal(receiver.received.length, 1, 'over no kept connection either');
  });

  it('waits for no receiver for ever, and reads no more than the beginning', async () => {
    const sender = new HttpWebhookSender({ allowed: () => ['127.0.0.0/8'], timeoutMs: 300 });
    receiver.answer = () => undefined;
    await assert.rejects(sender.send(message(receiver.url)), /No answer within 0\.3 seconds/);
    receiver.answer = (response) => {
      response.writeHead(200).write('begun');
    };
    await assert.rejects(sender.send(message(receiver.url)), /No answer within/);
    receiver.answer = (response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    };
    assert.equal((await sender.send(message(receiver.url))).body.length, 10_000);
    const stopping = AbortSignal.abort();
    await assert.rejects(sender.send(message(receiver.url, stopping)), /abort/i);
    receiver.answer = (response) => response.destroy();
    await assert.rejects(sender.send(message(receiver.url)), /socket hang up|ECONNRESET/);
  });
});
