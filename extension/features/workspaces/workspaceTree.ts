/** The tree of workspaces: those that run first. It shows what the list holds and fetches nothing itself. */
import * as vscode from 'vscode';
import type { Workspace } from '../../../protocol/model/workspace.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import { Emitter } from '../../platform/emitter.ts';
import { contextOf, describeWorkspace, workspaceLooks } from './workspaceLook.ts';

export class WorkspaceTree implements vscode.TreeDataProvider<Workspace> {
  readonly #workspaces: LiveList<Workspace>;
  readonly #changed = new Emitter<undefined>();
  readonly #subscription: { dispose(): void };

  readonly onDidChangeTreeData = this.#changed.event as vscode.Event<undefined>;

  constructor(workspaces: LiveList<Workspace>) {
    this.#workspaces = workspaces;
    this.#subscription = workspaces.onDidChange(() => this.#changed.fire(undefined));
  }

  getChildren(parent?: Workspace): Workspace[] {
    return parent ? [] : [...this.#workspaces.items];
  }

  getTreeItem(workspace: Workspace): vscode.TreeItem {
    const item = new vscode.TreeItem(spellOut(workspace.name));
    const look = workspaceLooks[workspace.state];
    item.id = workspace.id;
    item.description = describeWorkspace(workspace);
    item.iconPath = new vscode.ThemeIcon(look.icon, look.color ? new vscode.ThemeColor(look.color) : undefined);
    item.contextValue = contextOf(workspace);
    item.tooltip = tooltipOf(workspace);
    item.accessibilityInformation = { label: `${spellOut(workspace.name)}, ${item.description}` };
    item.command = { command: 'flywheel.workspaces.open' satisfies CommandId, title: 'Open', arguments: [workspace] };
    return item;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

/** Plain text: names are the work of people and must not become markup. */
function tooltipOf({ name, owner, environmentId, environmentRevision, detail, stopsAt }: Workspace): string {
  const lines = [
    name,
    `of ${owner.name}`,
    `environment ${environmentId} · revision ${environmentRevision}`,
    stopsAt === null ? null : `stops at ${new Date(stopsAt).toLocaleTimeString()} if nobody works in it until then`,
    detail,
  ];
  return spellOut(lines.filter(Boolean).join('\n'));
}
