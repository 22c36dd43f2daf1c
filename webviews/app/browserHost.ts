/**
 * What the extension does for a webview, done by the page itself: places are
 * addresses, remembered choices lie in this browser's storage, saving is a
 * download. Launching needs a folder and therefore VS Code.
 */
import type { LogChunk } from '../../protocol/model/run.ts';
import type { ConnectionState, HostStatus, PanelPlace } from '../../protocol/panel.ts';
import type { PanelClient } from '../state/panelClient.ts';
import { downloadArtifact, downloadBytes, downloadText, downloadZip } from './download.ts';
import { addressOf } from './placeAddress.ts';
import type { ServerLink } from './serverLink.ts';

type Host = PanelClient['host'];

const sentences: Partial<Record<ConnectionState, string>> = {
  waiting: 'The server does not answer.',
  'signed-out': 'Your session has ended.',
};

/** Where the page stands. A comparison changes its runs without a page anew; Back leads to the ones before. */
class PagePlace {
  place: PanelPlace;
  readonly #listeners = new Set<() => void>();

  constructor(place: PanelPlace) {
    this.place = place;
    window.addEventListener('popstate', () => location.reload());
  }

  go(to: PanelPlace): void {
    if (to.panel !== 'compare' || this.place.panel !== 'compare') {
      location.assign(addressOf(to));
      return;
    }
    history.pushState(null, '', addressOf(to));
    this.place = to;
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function createBrowserHost(link: ServerLink, place: PanelPlace): Record<keyof Host, unknown> {
  const page = new PagePlace(place);
  const status = (): HostStatus => ({
    place: page.place,
    connection: { state: link.state, detail: sentences[link.state] ?? null, url: location.origin },
  });
  const unavailable = async () => {
    throw new Error('Open VS Code for this: it needs the folders on your machine.');
  };
  return {
    status: async (_input: undefined, options?: { signal?: AbortSignal }) =>
      changes([link, page], status, options?.signal),
    capabilities: async () => ({ launch: false, diff: false, kind: 'browser' as const }),
    open: async (to: PanelPlace) => {
      page.go(to);
      return {};
    },
    recall: async ({ name }: { name: string }) => ({ value: localStorage.getItem(`flywheel.${name}`) }),
    remember: async ({ name, value }: { name: string; value: string }) => {
      localStorage.setItem(`flywheel.${name}`, value);
      return {};
    },
    folders: async () => [],
    launch: unavailable,
    openCode: unavailable,
    openCodeFolder: unavailable,
    compareCode: unavailable,
    openFound: unavailable,
    newSweep: unavailable,
    editDefinition: unavailable,
    save: async (what: Parameters<Host['save']>[0]) => {
      if (what.kind === 'log') downloadText(`${what.runId}.log`, await wholeLog(link, what.runId));
      else if (what.kind === 'files') await downloadZip(what.name, what.files);
      else if (what.kind === 'text') downloadText(what.name, [what.text]);
      else if (what.kind === 'bytes') downloadBytes(what.name, what.base64);
      else downloadArtifact(what.runId, what.path);
      return {};
    },
    copyLink: async (to: PanelPlace) => {
      const link = new URL(addressOf(to), location.href).href;
      await navigator.clipboard.writeText(link);
      return { link };
    },
    connect: async () => {
      if (link.state === 'signed-out') location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      link.retryNow();
      return {};
    },
  };
}

type Changing = { onChange(listener: () => void): () => unknown };

async function* changes(
  sources: readonly Changing[],
  status: () => HostStatus,
  signal?: AbortSignal,
): AsyncGenerator<HostStatus> {
  let wake = () => {};
  let changed = Promise.withResolvers<void>();
  const stops = sources.map((source) => source.onChange(() => wake()));
  signal?.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal?.aborted) {
      changed = Promise.withResolvers();
      wake = changed.resolve;
      yield status();
      await changed.promise;
    }
  } finally {
    for (const stop of stops) stop();
  }
}

/** What is there so far, with a word where output was left out. */
async function wholeLog(link: ServerLink, runId: string): Promise<readonly string[]> {
  const parts: string[] = [];
  const chunks = await link.call(['runs', 'logs'], { runId, follow: false }, { context: {} });
  for await (const chunk of chunks as AsyncIterable<LogChunk>) {
    if (chunk.kind === 'text') parts.push(chunk.text);
    else if (chunk.kind === 'gap') parts.push(`\n[${chunk.bytes} bytes left out]\n`);
  }
  return parts;
}
