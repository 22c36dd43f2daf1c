/** Search as one types, in the palette; the last entry goes on in the panel with everything. */
import * as vscode from 'vscode';
import type { SearchHit } from '../../../protocol/model/search.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import { openHit } from './openHit.ts';

type Deps = { readonly commands: Commands; readonly server: ServerConnection };
type Item = vscode.QuickPickItem & { readonly hit: SearchHit | null };

const icons: Readonly<Record<SearchHit['kind'], string>> = {
  project: 'folder',
  document: 'book',
  notebook: 'notebook',
  code: 'file-code',
  run: 'play-circle',
  experiment: 'beaker',
  model: 'package',
  environment: 'server-environment',
  person: 'person',
  comment: 'comment',
};

const pauseMs = 120;
const startFrom = { iconPath: new vscode.ThemeIcon('repo-forked'), tooltip: 'Start a project from this…' };

export function quickSearch({ commands, server }: Deps): void {
  const pick = vscode.window.createQuickPick<Item>();
  pick.placeholder = 'Words, "a phrase", kind:run, project:name, metric:accuracy>0.9';
  const typing = new Typing(pick, server);
  pick.onDidChangeValue((text) => typing.changed(text));
  pick.onDidAccept(() => {
    const [chosen] = pick.activeItems;
    const text = pick.value;
    pick.hide();
    if (chosen?.hit) void openHit(commands, chosen.hit);
    else void commands.run('flywheel.search.open', { text });
  });
  pick.onDidTriggerItemButton(({ item: { hit } }) => {
    pick.hide();
    if (hit?.projectId) void commands.run('flywheel.projects.fork', sourceOf(hit, hit.projectId));
  });
  pick.onDidHide(() => {
    typing.stop();
    pick.dispose();
  });
  pick.show();
}

/** One question at a time: an answer to what was typed before is thrown away. */
class Typing {
  readonly #pick: vscode.QuickPick<Item>;
  readonly #server: ServerConnection;
  #abort = new AbortController();

  constructor(pick: vscode.QuickPick<Item>, server: ServerConnection) {
    this.#pick = pick;
    this.#server = server;
  }

  stop(): void {
    this.#abort.abort();
  }

  changed(text: string): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    if (text.trim() === '') {
      this.#pick.items = [];
      this.#pick.busy = false;
      return;
    }
    this.#pick.busy = true;
    setTimeout(() => void this.#ask(text, signal), pauseMs);
  }

  async #ask(text: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      const hits = await this.#server.client.search.suggest({ text, limit: 12 }, { signal });
      if (!signal.aborted) this.#show(hits.map(itemOf));
    } catch (error) {
      if (!signal.aborted)
        this.#show([{ label: `$(error) ${sentenceOf(failureOf(error))}`, hit: null, alwaysShow: true }]);
    }
  }

  #show(items: readonly Item[]): void {
    // The palette puts labels first that have what was typed: this one must not, and hits without stay in their order.
    const all = { label: '$(search) Show everything in the panel', hit: null, alwaysShow: true };
    this.#pick.items = [...items, all];
    this.#pick.busy = false;
  }
}

/** What the server found stays, although its label need not have the words that were typed. */
function itemOf(hit: SearchHit): Item {
  const [line] = hit.lines;
  return {
    label: `$(${icons[hit.kind]}) ${spellOut(hit.title)}`,
    description: spellOut([hit.projectName ?? '', ...hit.facts].filter((part) => part !== '').join(' · ')),
    ...(line && { detail: spellOut(`${hit.path === null ? '' : `${line.line}: `}${line.text}`) }),
    alwaysShow: true,
    buttons: hit.projectId === null ? [] : [startFrom],
    hit,
  };
}

/** A file that only a run has is started from with the code of the run. */
function sourceOf({ runId, atHead }: SearchHit, projectId: string) {
  return { projectId, ...(runId !== null && !atHead && { runId }) };
}
