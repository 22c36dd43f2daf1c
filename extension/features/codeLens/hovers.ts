/** Over a parameter: its past values with what the metric became. Asked for when a person hovers, never before. */
import * as vscode from 'vscode';
import type { ParameterEffect } from '../../../protocol/model/script.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Settings } from '../../platform/settings.ts';
import { definitionsOf } from './definitions.ts';
import type { ChartColors } from './effectChart.ts';
import { effectText, hoverCommand } from './effectText.ts';
import type { ScriptPlaces } from './scriptPlace.ts';

export type HoverDeps = {
  readonly settings: Settings;
  readonly server: ServerConnection;
  readonly places: ScriptPlaces;
  readonly onError: (error: unknown) => void;
};

const freshMs = 10_000;
const mostNames = 5;

export class Hovers implements vscode.HoverProvider {
  readonly #deps: HoverDeps;
  /** The editor asks again at each move of the pointer. */
  readonly #asked = new Map<string, { readonly at: number; readonly effect: Promise<ParameterEffect | null> }>();

  constructor(deps: HoverDeps) {
    this.#deps = deps;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
    const { settings, server, places } = this.#deps;
    if (settings.pastRuns === 'none' || server.status.state !== 'ready') return null;
    const offset = document.offsetAt(position);
    const found = definitionsOf(document).parameters.find(({ from, to }) => from <= offset && offset <= to);
    const place = found && (await places.of(document));
    if (!found || !place) return null;
    const effect = await this.#effect({ ...place, ...settings.judgedBy, parameters: found.names.slice(0, mostNames) });
    const text = effect && effectText(effect, { place, colors: colorsOf(), now: Date.now() });
    if (!text) return null;
    const markdown = new vscode.MarkdownString(text);
    markdown.isTrusted = { enabledCommands: [hoverCommand] };
    return new vscode.Hover(markdown, new vscode.Range(document.positionAt(found.from), document.positionAt(found.to)));
  }

  #effect(input: Parameters<ServerConnection['client']['scripts']['effect']>[0]): Promise<ParameterEffect | null> {
    const { server, onError } = this.#deps;
    const key = JSON.stringify([server.status.url, input]);
    const now = Date.now();
    for (const [known, { at }] of this.#asked) if (now - at > freshMs) this.#asked.delete(known);
    const asked = this.#asked.get(key) ?? {
      at: now,
      effect: server.client.scripts.effect(input).catch((error: unknown) => {
        onError(error);
        this.#asked.delete(key);
        return null;
      }),
    };
    this.#asked.set(key, asked);
    return asked.effect;
  }
}

/** Those of the editor's own charts in its default themes; a data image cannot read the theme in force. */
function colorsOf(): ChartColors {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
      return { text: '#3b3b3b', dim: '#8a8a8a', mark: '#1a85ff', best: '#388a34' };
    case vscode.ColorThemeKind.HighContrastLight:
      return { text: '#000000', dim: '#292929', mark: '#0f4a85', best: '#185e18' };
    case vscode.ColorThemeKind.HighContrast:
      return { text: '#ffffff', dim: '#d4d4d4', mark: '#3794ff', best: '#89d185' };
    default:
      return { text: '#cccccc', dim: '#8b8b8b', mark: '#3794ff', best: '#89d185' };
  }
}
