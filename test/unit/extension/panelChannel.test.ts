import assert from 'node:assert/strict';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { ClientError } from '../../../client/clientError.ts';
import type { FlywheelClient } from '../../../client/connection/connection.ts';
import { PanelChannel } from '../../../extension/panels/panelChannel.ts';
import { pageOpened } from '../../../extension/panels/panelHtml.ts';
import { createRelay } from '../../../extension/panels/panelRelay.ts';
import { type PanelContract, panelNames } from '../../../protocol/panel.ts';
import { panelEntries } from '../../../protocol/panelEntries.ts';

type Listener = (message: unknown) => void;

/** A webview and its page, joined as the editor joins them. */
class Webview {
  readonly #toHost = new Set<Listener>();
  #toPage: Listener = () => {};

  onDidReceiveMessage(listener: Listener) {
    this.#toHost.add(listener);
    return { dispose: () => this.#toHost.delete(listener) };
  }

  async postMessage(message: unknown): Promise<boolean> {
    this.#toPage(message);
    return true;
  }

  receive(message: unknown): void {
    for (const listener of this.#toHost) listener(message);
  }

  /** A fresh page: only the newest one hears anything. */
  load(): ContractRouterClient<PanelContract> {
    const port = {
      postMessage: (message: unknown) => this.receive(message),
      addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
        if (type === 'message') this.#toPage = (data) => listener({ data });
      },
    };
    this.receive(pageOpened);
    type Port = ConstructorParameters<typeof RPCLink>[0]['port'];
    return createORPCClient(new RPCLink({ port: port as unknown as Port }));
  }
}

/** The few entries of the server that the tests call. */
function fakeServer() {
  const calls: string[] = [];
  let streams = 0;
  async function* ticks(signal: AbortSignal | undefined) {
    streams += 1;
    try {
      yield { kind: 'ready' as const, clock: 1 };
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    } finally {
      streams -= 1;
    }
  }
  const client = {
    tiers: { list: async () => calls.push('tiers.list') && { tiers: [] } },
    projects: {
      list: async (input: unknown) => {
        calls.push(`projects.list ${JSON.stringify(input)}`);
        throw new ClientError('offline', 'Not connected.', { remedy: 'Wait.' });
      },
    },
    events: { subscribe: async (_input: unknown, options: { signal?: AbortSignal }) => ticks(options.signal) },
    runs: { stop: async () => calls.push('runs.stop') },
  };
  return { client: client as unknown as FlywheelClient, calls, streams: () => streams };
}

function open() {
  const webview = new Webview();
  const server = fakeServer();
  const channel = new PanelChannel(webview, createRelay('launch', server));
  return { webview, server, channel, page: webview.load() };
}

async function settled(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not settle');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('panel channel', () => {
  it('can relay every entry that a panel is given', () => {
    for (const panel of panelNames) {
      const router = createRelay(panel, fakeServer());
      const paths = Object.entries(router).flatMap(([space, entries]) =>
        Object.keys(entries).map((e) => `${space}.${e}`),
      );
      assert.deepEqual(paths.sort(), [...panelEntries[panel]].sort());
    }
  });

  it('passes on a call that the panel may make', async () => {
    const { page, server } = open();
    await page.tiers.list();
    assert.deepEqual(server.calls, ['tiers.list']);
  });

  it('refuses an entry of the contract that this panel may not call', async () => {
    const { page, server } = open();
    await assert.rejects(page.runs.stop({ runId: 'r1' }), { code: 'NOT_FOUND' });
    assert.deepEqual(server.calls, []);
  });

  it('checks input by the contract before the server sees it', async () => {
    const { page, server } = open();
    const wrong = { archived: 'yes' } as unknown as { archived: boolean };
    await assert.rejects(page.projects.list(wrong), { code: 'BAD_REQUEST' });
    assert.deepEqual(server.calls, []);
  });

  it('keeps reason and remedy of an error', async () => {
    const { page } = open();
    const error = await page.projects.list({}).catch((each: unknown) => each as { data: unknown; code: string });
    assert.equal((error as { code: string }).code, 'SERVICE_UNAVAILABLE');
    assert.deepEqual((error as { data: unknown }).data, { reason: 'backend-unavailable', remedy: 'Wait.' });
  });

  it('ends the streams of a page when it is hidden, and of the page before when a new one loads', async () => {
    const { page, server, channel, webview } = open();
    const first = await page.events.subscribe({});
    await first.next();
    assert.equal(server.streams(), 1);
    channel.closePage();
    await settled(() => server.streams() === 0);
    const second = await webview.load().events.subscribe({});
    await second.next();
    webview.load();
    await settled(() => server.streams() === 0);
  });

  it('ignores and counts what is no call', async () => {
    const { page, channel, webview, server } = open();
    const deep = `${'['.repeat(100_000)}`;
    const hostile = [
      null,
      7,
      {},
      [],
      '',
      'text',
      '{}',
      '{"i":1}',
      '{"i":"1","p":null}',
      '{"i":"1","p":{"u":"//evil"}}',
      deep,
    ];
    for (const message of [...hostile, 'x'.repeat(5 * 1024 * 1024), '{"i":"1","p":{"u":"/a b"}}'])
      webview.receive(message);
    assert.equal(channel.refused, hostile.length + 2);
    await page.tiers.list();
    assert.deepEqual(server.calls, ['tiers.list']);
  });

  it('takes what a busy panel sends, ignores a flood, and hears the panel again afterwards', async () => {
    const webview = new Webview();
    const server = fakeServer();
    const told: number[] = [];
    let now = 0;
    const options = { now: () => now, onRefused: (total: number) => told.push(total) };
    const channel = new PanelChannel(webview, createRelay('launch', server), options);
    const page = webview.load();
    await Promise.all(Array.from({ length: 500 }, () => page.tiers.list()));
    assert.equal(channel.refused, 0);
    for (let at = 0; at < 100_000; at += 1) webview.receive('{"i":"f","p":{"u":"/tiers/list"}}');
    assert.equal(channel.refused, 99_500);
    assert.deepEqual(told, [1, 10, 100, 1000, 10_000]);
    now += 1_000;
    const before = server.calls.length;
    await page.tiers.list();
    assert.ok(server.calls.length > before);
  });

  it('hears nothing before a page has opened nor after disposal', async () => {
    const webview = new Webview();
    const server = fakeServer();
    const channel = new PanelChannel(webview, createRelay('launch', server));
    webview.receive('{"i":"0","p":{"u":"/tiers/list"}}');
    assert.equal(channel.refused, 1);
    channel.dispose();
    webview.receive(pageOpened);
    webview.receive('{"i":"0","p":{"u":"/tiers/list"}}');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(server.calls, []);
  });
});
