/**
 * What the extension does for a webview, done by the page itself: places are
 * addresses, remembered choices lie in this browser's storage, saving is a
 * download. Launching needs a folder and therefore VS Code.
 */
import type { ConnectionState, HostStatus, PanelPlace } from '../../protocol/panel.ts';
import type { PanelClient } from '../state/panelClient.ts';
import type { ServerLink } from './serverLink.ts';

type Host = PanelClient['host'];

export function addressOf(place: PanelPlace): string {
  switch (place.panel) {
    case 'run':
      return `/runs/${encodeURIComponent(place.runId)}`;
    case 'experiments': {
      const query = new URLSearchParams();
      if (place.projectId) query.set('project', place.projectId);
      if (place.experimentId) query.set('experiment', place.experimentId);
      if (place.viewId) query.set('view', place.viewId);
      return query.size > 0 ? `/experiments?${query}` : '/experiments';
    }
    default:
      return '/';
  }
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
    throw new Error('Open VS Code to launch a run: the code is taken from a folder on your machine.');
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
    save: async (what: Parameters<Host['save']>[0]) => {
      download(what);
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

function download(what: Parameters<Host['save']>[0]): void {
  const anchor = document.createElement('a');
  if (what.kind === 'text') {
    anchor.href = URL.createObjectURL(new Blob([what.text], { type: 'text/plain' }));
    anchor.download = what.name;
  } else {
    anchor.href = `/api/runs/${encodeURIComponent(what.runId)}/artifacts/file?${new URLSearchParams({ path: what.path })}`;
    anchor.download = what.path.split('/').at(-1) ?? 'artifact';
  }
  anchor.click();
  if (what.kind === 'text') setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}
