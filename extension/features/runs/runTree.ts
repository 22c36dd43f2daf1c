/**
 * The tree of runs: newest first, icons by state, durations that tick while
 * someone looks. It shows what the list holds and fetches nothing itself.
 */
import * as vscode from 'vscode';
import { isFinal, type RunSummary } from '../../../protocol/model/run.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import { Disposables } from '../../platform/disposables.ts';
import { Emitter } from '../../platform/emitter.ts';
import { describeRun, runLooks } from './runLook.ts';

export type RunFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'mine'; readonly userId: string }
  | { readonly kind: 'project'; readonly projectId: string };

export class RunTree implements vscode.TreeDataProvider<RunSummary> {
  readonly #runs: LiveList<RunSummary>;
  readonly #changed = new Emitter<RunSummary | undefined>();
  readonly #owned = new Disposables();
  #filter: RunFilter = { kind: 'all' };
  #shown: readonly RunSummary[] = [];
  #ticker: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event as vscode.Event<RunSummary | undefined>;

  constructor(runs: LiveList<RunSummary>) {
    this.#runs = runs;
    this.#owned.add(runs.onDidChange(() => this.#changed.fire(undefined)));
  }

  get filter(): RunFilter {
    return this.#filter;
  }

  set filter(filter: RunFilter) {
    this.#filter = filter;
    this.#changed.fire(undefined);
  }

  getChildren(parent?: RunSummary): readonly RunSummary[] & RunSummary[] {
    if (parent) return [];
    this.#shown = this.#runs.items.filter((run) => passes(run, this.#filter));
    return [...this.#shown];
  }

  getTreeItem(run: RunSummary): vscode.TreeItem {
    const item = new vscode.TreeItem(spellOut(run.name));
    const look = runLooks[run.state];
    item.id = run.id;
    item.description = describeRun(run, Date.now());
    item.iconPath = new vscode.ThemeIcon(look.icon, look.color ? new vscode.ThemeColor(look.color) : undefined);
    item.contextValue = isFinal(run.state) ? 'run.final' : 'run.active';
    item.tooltip = tooltipOf(run);
    item.accessibilityInformation = { label: `${spellOut(run.name)}, ${item.description}` };
    item.command = { command: 'flywheel.runs.open' satisfies CommandId, title: 'Open', arguments: [run] };
    return item;
  }

  /** Durations tick only while the view is looked at and something runs. */
  tickWhile(visible: { readonly visible: boolean }): void {
    clearInterval(this.#ticker);
    if (visible.visible) this.#ticker = setInterval(() => this.#tick(), 1000);
  }

  dispose(): void {
    clearInterval(this.#ticker);
    this.#owned.dispose();
    this.#changed.dispose();
  }

  #tick(): void {
    for (const run of this.#shown) {
      if (run.startedAt !== null && !isFinal(run.state)) this.#changed.fire(run);
    }
  }
}

function passes(run: RunSummary, filter: RunFilter): boolean {
  if (filter.kind === 'mine') return run.createdBy.id === filter.userId;
  return filter.kind === 'all' || run.projectId === filter.projectId;
}

/** Plain text: names are the work of people and must not become markup. */
function tooltipOf(run: RunSummary): string {
  const lines = [
    run.name,
    `${run.projectId}, by ${run.createdBy.name}`,
    `created ${new Date(run.createdAt).toLocaleString()}`,
    run.environmentId && `environment ${run.environmentId} · revision ${run.environmentRevision ?? '?'}`,
    run.tierId && `tier ${run.tierId}`,
    run.detail,
  ];
  return spellOut(lines.filter(Boolean).join('\n'));
}
