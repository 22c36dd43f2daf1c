/**
 * What the extension does for a webview, done by the page itself: places are
 * addresses, remembered choices lie in this browser's storage, saving is a
 * download. Launching needs a folder and therefore VS Code.
 */
import type { TextFile } from '../../protocol/model/environmentFiles.ts';
import type { LogChunk } from '../../protocol/model/run.ts';
import type { ConnectionState, HostStatus, PanelPlace } from '../../protocol/panel.ts';
import type { PanelClient } from '../state/panelClient.ts';
import type { ServerLink } from './serverLink.ts';

type Host = PanelClient['host'];

export function addressOf(place: PanelPlace): string {
  switch (place.panel) {
    case 'run':
      return `/runs/${encodeURIComponent(place.runId)}`;
    case 'experiments': {
      const { projectId: project, experimentId: experiment, filter, viewId: view } = place;
      const query = new URLSearchParams(given({ project, experiment, filter, view }));
      return query.size > 0 ? `/experiments?${query}` : '/experiments';
    }
    case 'environments': {
      const query = new URLSearchParams(given({ revision: place.revision?.toString() }));
      const path = ['/environments', ...(place.environmentId ? [encodeURIComponent(place.environmentId)] : [])].join(
        '/',
      );
      return query.size > 0 ? `${path}?${query}` : path;
    }
    default:
      return '/';
  }
}

function given(fields: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []));
}

const sentences: Partial<Record<ConnectionState, string>> = {
  waiting: 'The server does not answer.',
  'signed-out': 'Your session has ended.',
};

export function createBrowserHost(link: ServerLink, place: PanelPlace): Record<keyof Host, unknown> {
  const status = (): HostStatus => ({
    place,
    connection: { state: link.state, detail: sentences[link.state] ?? null, url: location.origin },
  });
  const unavailable = async () => {
    throw new Error('Open VS Code for this: it needs the folders on your machine.');
  };
  return {
    status: async (_input: undefined, options?: { signal?: AbortSignal }) => changes(link, status, options?.signal),
    capabilities: async () => ({ launch: false, diff: false, kind: 'browser' as const }),
    open: async (to: PanelPlace) => {
      location.assign(addressOf(to));
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
    editDefinition: unavailable,
    save: async (what: Parameters<Host['save']>[0]) => {
      if (what.kind === 'log') downloadText(`${what.runId}.log`, await wholeLog(link, what.runId));
      else if (what.kind === 'files') await downloadZip(what.name, what.files);
      else if (what.kind === 'text') downloadText(what.name, [what.text]);
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

async function* changes(link: ServerLink, status: () => HostStatus, signal?: AbortSignal): AsyncGenerator<HostStatus> {
  let wake = () => {};
  let changed = Promise.withResolvers<void>();
  const stop = link.onChange(() => wake());
  signal?.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal?.aborted) {
      changed = Promise.withResolvers();
      wake = changed.resolve;
      yield status();
      await changed.promise;
    }
  } finally {
    stop();
  }
}

/** A page cannot write a folder, so it is packed; the packer is fetched when it is first wanted. */
async function downloadZip(name: string, files: readonly TextFile[]): Promise<void> {
  const { strToU8, zipSync } = await import('fflate');
  const packed = zipSync(Object.fromEntries(files.map(({ path, text }) => [path, strToU8(text)])));
  downloadBlob(`${name}.zip`, new Blob([Uint8Array.from(packed)], { type: 'application/zip' }));
}

const downloadText = (name: string, parts: readonly string[]): void =>
  downloadBlob(name, new Blob([...parts], { type: 'text/plain' }));

function downloadBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  download(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function downloadArtifact(runId: string, path: string): void {
  const query = new URLSearchParams({ path });
  download(path.split('/').at(-1) ?? 'artifact', `/api/runs/${encodeURIComponent(runId)}/artifacts/file?${query}`);
}

function download(name: string, address: string): void {
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
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
