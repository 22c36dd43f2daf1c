/** One panel in one webview, in the sidebar or in an editor: its page, its channel, its place. */
import * as vscode from 'vscode';
import type { PanelPlace } from '../../protocol/panel.ts';
import { Disposables } from '../platform/disposables.ts';
import { Emitter } from '../platform/emitter.ts';
import type { Log } from '../platform/log.ts';
import { PanelChannel } from './panelChannel.ts';
import { createPanelHost, type PanelHostDeps } from './panelHost.ts';
import { panelHtml } from './panelHtml.ts';
import { createRelay } from './panelRelay.ts';

export type PanelViewDeps = PanelHostDeps & { readonly extensionUri: vscode.Uri; readonly log: Pick<Log, 'warn'> };

export class PanelView {
  readonly #webview: vscode.Webview;
  readonly #owned = new Disposables();
  readonly #moved: Emitter<void>;
  readonly #channel: PanelChannel;
  #place: PanelPlace;

  constructor(webview: vscode.Webview, deps: PanelViewDeps, place: PanelPlace) {
    const bundles = vscode.Uri.joinPath(deps.extensionUri, 'dist', 'webviews');
    this.#webview = webview;
    this.#place = place;
    this.#moved = this.#owned.add(new Emitter<void>());
    const view = this;
    const host = createPanelHost(deps, {
      get place() {
        return view.#place;
      },
      onDidMove: this.#moved.event,
    });
    const router = { ...createRelay(place.panel, deps.server), host };
    const onRefused = (total: number) =>
      deps.log.warn(`panel ${place.panel}: ${total} ${total === 1 ? 'message was' : 'messages were'} ignored`);
    this.#channel = this.#owned.add(new PanelChannel(webview, router, { onRefused }));
    webview.options = { enableScripts: true, localResourceRoots: [bundles] };
    const script = webview.asWebviewUri(vscode.Uri.joinPath(bundles, `${place.panel}.js`)).toString();
    webview.html = panelHtml({ place, script, cspSource: webview.cspSource });
  }

  get place(): PanelPlace {
    return this.#place;
  }

  /** Shows something else in the same panel; the page learns it by its status. */
  move(place: PanelPlace): void {
    this.#place = place;
    this.#moved.fire();
    void this.#webview.postMessage({ kind: 'place', place });
  }

  /** A hidden page is gone: what it had open must not go on. */
  hidden(): void {
    this.#channel.closePage();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
