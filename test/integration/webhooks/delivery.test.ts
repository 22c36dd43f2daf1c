/** Webhooks from the event log to a real receiver: signed, at least once, across failures and restarts. */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import { HttpWebhookSender } from '../../../server/adapters/webhooks/httpWebhookSender.ts';
import { EventHub } from '../../../server/domain/events/eventHub.ts';
import type { Call } from '../../../server/domain/shared/call.ts';
import { WebhookFollower, type WebhookTiming } from '../../../server/domain/webhooks/webhookFollower.ts';
import { type WebhookFields, WebhookService } from '../../../server/domain/webhooks/webhookService.ts';
import { KeySecretBox } from '../../../server/platform/secretBox.ts';
import { ada, memoryLog } from '../../harness/entrance.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { startReceiver, type WebhookReceiver } from '../../harness/webhookReceiver.ts';

const timing: WebhookTiming = { firstRetryMs: 20, factor: 1.5, attempts: 4, patienceMs: 3_600_000, keptMs: 1e9 };
const call: Call = { caller: ada, signal: new AbortController().signal };
const secret = 'canary-secret-of-the-webhook';

describe('delivery of webhooks', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let receiver: WebhookReceiver;
  let store: SqliteStore;
  let now: () => number;
  let stop: () => Promise<void>;
  const key = randomBytes(32);
  const log = memoryLog();

  beforeEach(async () => {
    folder = await temporaryFolder();
    receiver = await startReceiver();
    store = openStore({ file: join(folder.path, 'flywheel.db') });
    now = Date.now;
    stop = async () => undefined;
  });
  afterEach(async () => {
    await stop();
    await store.close();
    await receiver[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** The parts of the server that webhooks need, followed until the test stops them. */
  async function start(change: Partial<WebhookTiming> = {}, sealedBy = key) {
    const hub = new EventHub({ store, log });
    const sender = new HttpWebhookSender({ allowed: () => ['127.0.0.0/8'], timeoutMs: 1000 });
    const secrets = new KeySecretBox(sealedBy, 'webhooks');
    const deps = { store, clock: { now: () => now() }, feed: hub, sender, secrets };
    const follower = new WebhookFollower({ ...deps, hub, log, timing: { ...timing, ...change } });
    await follower.start();
    stop = () => follower.stop();
    return { service: new WebhookService(deps), hub };
  }
  const fields = (change: Partial<WebhookFields> = {}): WebhookFields => ({
    ...{ name: 'ci', description: '', url: receiver.url, secret, status: 'ACTIVE' },
    events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }],
    ...change,
  });
  /** As the registry tells of a new model. */
  const register = (name: string, type = 'model.registered') =>
    store.write(({ events }) =>
      events.append({ type: type as never, actor: null, subject: {}, detail: { name, description: '' }, at: 1 }),
    );
  const said = () => receiver.received.map(({ body }) => (JSON.parse(body) as { data: { name: string } }).data.name);

  /** Until something holds; other work goes on between two looks. */
  async function eventually(holds: () => Promise<boolean>, what: string) {
    const late = Date.now() + 10_000;
    while (!(await holds())) {
      assert.ok(Date.now() < late, what);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Until the log of deliveries is as wanted. */
  async function settled(service: WebhookService, id: string, wanted: (states: readonly string[]) => boolean) {
    const holds = async () => wanted((await service.deliveries(id)).map(({ state }) => state));
    await eventually(holds, 'deliveries do not settle');
    return await service.deliveries(id);
  }

  it('tells whoever asked for an event, with a signature that holds', async () => {
    const { service, hub } = await start();
    const webhook = await service.create(fields(), call);
    const silent = await service.create(fields({ status: 'DISABLED' }), call);
    const other = await service.create(fields({ events: [{ entity: 'PROMPT', action: 'CREATED' }] }), call);
    await register('m');
    await register('ignored', 'model.updated');
    hub.committed();
    const [got] = await receiver.until(1);
    assert.ok(got);
    const { 'x-mlflow-delivery-id': id, 'x-mlflow-timestamp': at, 'x-mlflow-signature': signature } = got.headers;
    const expected = createHmac('sha256', secret)
      .update(`${String(id)}.${String(at)}.${got.body}`)
      .digest('base64');
    assert.equal(signature, `v1,${expected}`);
    const { entity, action, data } = JSON.parse(got.body) as Record<string, unknown>;
    assert.deepEqual([entity, action, data], ['registered_model', 'created', { name: 'm', tags: {}, description: '' }]);
    const [delivery] = await settled(service, webhook.id, ([state]) => state === 'delivered');
    assert.deepEqual([delivery?.id, delivery?.attempts, delivery?.status, delivery?.error], [id, 1, 200, null]);
    for (const { id: quiet } of [silent, other]) assert.deepEqual(await service.deliveries(quiet), []);
  });

  it('tries again with the same id until it arrives', async () => {
    const { service, hub } = await start();
    const { id } = await service.create(fields(), call);
    receiver.answer = (response, count) => response.writeHead([500, 429, 503, 200][count - 1] ?? 200).end();
    await register('m');
    hub.committed();
    const got = await receiver.until(4);
    assert.equal(new Set(got.map(({ headers }) => headers['x-mlflow-delivery-id'])).size, 1);
    const [delivery] = await settled(service, id, ([state]) => state === 'delivered');
    assert.equal(delivery?.attempts, 4);
    assert.equal((await service.get(id)).failingSince, null);
  });

  it('gives up on a message, not on the next', async () => {
    const { service, hub } = await start();
    const { id } = await service.create(fields(), call);
    receiver.answer = (response) => response.writeHead(said().at(-1) === 'bad' ? 500 : 200).end();
    await register('bad');
    await register('good');
    hub.committed();
    const deliveries = await settled(service, id, (states) => states.join() === 'delivered,failed');
    assert.deepEqual(
      deliveries.map(({ attempts, error }) => [attempts, error]),
      [
        [1, null],
        [4, 'The message was refused (HTTP 500).'],
      ],
    );
  });

  it('does not repeat what was refused, nor follow a redirect', async () => {
    const { service, hub } = await start();
    const { id } = await service.create(fields(), call);
    receiver.answer = (response, count) =>
      response.writeHead(count === 1 ? 404 : 307, { location: `http://127.0.0.1:${receiver.port}/elsewhere` }).end();
    await register('a');
    await register('b');
    hub.committed();
    const deliveries = await settled(service, id, (states) => states.join() === 'failed,failed');
    assert.deepEqual(
      deliveries.map(({ attempts, status }) => [attempts, status]),
      [
        [1, 307],
        [1, 404],
      ],
    );
    assert.deepEqual(
      receiver.received.map(({ path }) => path),
      ['/hook', '/hook'],
    );
  });

  it('loses nothing when the server stops, and tells of nothing from before', async () => {
    await register('before the first start');
    const first = await start();
    const { id } = await first.service.create(fields(), call);
    receiver.answer = (response) => response.writeHead(503).end();
    await register('waiting');
    first.hub.committed();
    await receiver.until(1);
    await stop();
    await register('while it was down');
    receiver.answer = undefined;
    const sent = receiver.received.length;
    const second = await start();
    await settled(second.service, id, (states) => states.join() === 'delivered,delivered');
    assert.deepEqual(new Set(said().slice(sent)), new Set(['waiting', 'while it was down']));
    assert.ok(!said().includes('before the first start'));
    await stop();
    await start();
    assert.equal(receiver.received.length, sent + 2, 'nothing twice');
  });

  it('is held up by no slow receiver', async () => {
    const { service, hub } = await start();
    await using slow = await startReceiver();
    slow.answer = () => undefined;
    await service.create(fields({ url: slow.url }), call);
    await service.create(fields(), call);
    for (const name of ['a', 'b', 'c']) await register(name);
    hub.committed();
    await receiver.until(3);
    assert.ok(slow.received.length <= 1, 'one at a time');
  });

  it('disables an address that fails for long, and says so', async () => {
    const { service, hub } = await start({ patienceMs: 3_600_000, attempts: 2 });
    const { id } = await service.create(fields(), call);
    receiver.answer = (response) => response.writeHead(500).end();
    await register('a');
    hub.committed();
    await settled(service, id, (states) => states.join() === 'failed');
    assert.equal((await service.get(id)).status, 'ACTIVE');
    now = () => Date.now() + 3_700_000;
    await register('b');
    hub.committed();
    await eventually(async () => (await service.get(id)).status === 'DISABLED', 'it stays active');
    const [event] = await store.read(({ events }) => events.list({ projectIds: null, limit: 1 }));
    assert.deepEqual([event?.type, event?.detail], ['webhook.disabled', { name: 'ci' }]);
    receiver.answer = undefined;
    await service.update(id, { status: 'ACTIVE' }, call);
    assert.equal((await service.get(id)).failingSince, null);
  });

  it('sends nothing unsigned when its key is gone', async () => {
    const first = await start();
    const { id } = await first.service.create(fields(), call);
    await stop();
    const { service, hub } = await start({}, randomBytes(32));
    await register('m');
    hub.committed();
    const [delivery] = await settled(service, id, ([state]) => state === 'failed');
    assert.match(delivery?.error ?? '', /Set the secret again/);
    assert.equal(receiver.received.length, 0);
  });

  it('leaves its secret nowhere', async () => {
    const { service, hub } = await start();
    const webhook = await service.create(fields(), call);
    await service.update(webhook.id, { secret: `${secret}-new` }, call);
    await service.test(webhook.id, null, call);
    await register('m');
    hub.committed();
    await receiver.until(2);
    await settled(service, webhook.id, ([state]) => state === 'delivered');
    const shown = [await service.list(), await service.deliveries(webhook.id), log.lines];
    const stored = await Promise.all(['', '-wal'].map((end) => readFile(join(folder.path, `flywheel.db${end}`))));
    assert.ok(!JSON.stringify(shown).includes(secret));
    for (const bytes of stored) assert.ok(!bytes.includes(secret));
  });
});
