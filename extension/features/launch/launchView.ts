/** The Launch panel in the sidebar: one at most, made when the view is first seen. */
import * as vscode from 'vscode';
import type { PanelPlace } from '../../../protocol/panel.ts';
import { PanelView, type PanelViewDeps } from '../../panels/panelView.ts';

export class LaunchView implements vscode.WebviewViewProvider {
  readonly #deps: PanelViewDeps;
  #place: PanelPlace = { panel: 'launch' };
  #panel: PanelView | null = null;

  constructor(deps: PanelViewDeps) {
    this.#deps = deps;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const panel = new PanelView(view.webview, this.#deps, this.#place);
    this.#panel = panel;
    view.onDidChangeVisibility(() => view.visible || panel.hidden());
    view.onDidDispose(() => {
      panel.dispose();
      if (this.#panel === panel) this.#panel = null;
    });
  }

  async show(place: PanelPlace): Promise<void> {
    this.#place = place;
    this.#panel?.move(place);
    await vscode.commands.executeCommand('flywheel.launchView.focus');
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#panel = null;
  }
}
