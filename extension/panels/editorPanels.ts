/**
 * Panels in editors: one for each key (a run, the experiments), revealed when
 * it is open already, and back where it stood after the window is reloaded.
 */
import * as vscode from 'vscode';
import { type PanelName, type PanelPlace, panelPlace } from '../../protocol/panel.ts';
import { Disposables } from '../platform/disposables.ts';
import { PanelView, type PanelViewDeps } from './panelView.ts';

export type EditorPanelKind = {
  readonly panel: PanelName;
  /** Places of equal key share an editor. */
  readonly keyOf: (place: PanelPlace) => string;
  readonly titleOf: (place: PanelPlace) => string;
  /** Name of its picture in `media`. */
  readonly icon: string;
};

type Open = { readonly view: PanelView; readonly editor: vscode.WebviewPanel };

export class EditorPanels {
  readonly #deps: PanelViewDeps;
  readonly #kind: EditorPanelKind;
  readonly #open = new Map<string, Open>();
  readonly #owned = new Disposables();

  constructor(deps: PanelViewDeps, kind: EditorPanelKind) {
    this.#deps = deps;
    this.#kind = kind;
    this.#owned.add(
      vscode.window.registerWebviewPanelSerializer(this.#viewType, {
        deserializeWebviewPanel: async (editor, state) => this.#restore(editor, state),
      }),
    );
  }

  show(place: PanelPlace): void {
    const open = this.#open.get(this.#kind.keyOf(place));
    if (open) {
      open.editor.reveal();
      if (JSON.stringify(open.view.place) !== JSON.stringify(place)) open.view.move(place);
      return;
    }
    const title = this.#kind.titleOf(place);
    const column = { viewColumn: vscode.ViewColumn.Active };
    // The context of a hidden page is given up: it fetches what it shows when it is seen again.
    const options = { retainContextWhenHidden: false };
    this.#adopt(vscode.window.createWebviewPanel(this.#viewType, title, column, options), place);
  }

  /** Titles follow what the panels show, as a run is renamed. */
  retitle(): void {
    for (const { editor, view } of this.#open.values()) {
      const title = this.#kind.titleOf(view.place);
      if (editor.title !== title) editor.title = title;
    }
  }

  dispose(): void {
    for (const { editor } of [...this.#open.values()]) editor.dispose();
    this.#owned.dispose();
  }

  get #viewType(): string {
    return `flywheel.${this.#kind.panel}`;
  }

  #restore(editor: vscode.WebviewPanel, state: unknown): void {
    const place = panelPlace.safeParse(state);
    if (place.success && place.data.panel === this.#kind.panel) this.#adopt(editor, place.data);
    else editor.dispose();
  }

  #adopt(editor: vscode.WebviewPanel, place: PanelPlace): void {
    const key = this.#kind.keyOf(place);
    const view = new PanelView(editor.webview, this.#deps, place);
    const icon = (theme: string) =>
      vscode.Uri.joinPath(this.#deps.extensionUri, 'media', `${this.#kind.icon}-${theme}.svg`);
    editor.iconPath = { light: icon('light'), dark: icon('dark') };
    editor.title = this.#kind.titleOf(place);
    editor.onDidChangeViewState(() => editor.visible || view.hidden());
    editor.onDidDispose(() => {
      view.dispose();
      if (this.#open.get(key)?.view === view) this.#open.delete(key);
    });
    this.#open.set(key, { view, editor });
  }
}
